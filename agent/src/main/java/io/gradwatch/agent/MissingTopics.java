package io.gradwatch.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Topics that the broker does not know, and since when. A broker that has just started denies for a
 * moment topics that it has, and windows that closed without their partitions would lose records.
 * Not thread-safe.
 */
final class MissingTopics {
  /** How long a topic must be missing before it counts as gone. */
  static final Duration DOUBT = Duration.ofSeconds(15);

  private final Map<String, Instant> since = new HashMap<>();

  /**
   * Notes what is missing now.
   *
   * @return whether some of it may only seem so
   */
  boolean areDoubtful(Set<String> missing, Instant now) {
    since.keySet().retainAll(missing);
    missing.forEach(topic -> since.putIfAbsent(topic, now));
    return since.values().stream().anyMatch(from -> from.plus(DOUBT).isAfter(now));
  }
}
