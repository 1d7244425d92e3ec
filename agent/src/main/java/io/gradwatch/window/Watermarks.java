package io.gradwatch.window;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The highest watermark of each source partition of one model. Not thread-safe.
 *
 * <p>A window closes when the lowest of them has passed its close time. A partition that never said
 * anything, because nobody owns it, holds the window.
 */
public final class Watermarks {
  private final Map<Source, Long> highest = new HashMap<>();

  /** A partition of an inference topic. */
  public record Source(String topic, int partition) {}

  /**
   * Raises a watermark.
   *
   * @return whether it is higher than all before of that source
   */
  public boolean raise(Source source, long eventTime) {
    Long before = highest.get(source);
    if (before != null && before >= eventTime) {
      return false;
    }
    highest.put(source, eventTime);
    return true;
  }

  /** The watermark of a source; the smallest long if it never said anything. */
  public long of(Source source) {
    return highest.getOrDefault(source, Long.MIN_VALUE);
  }

  /**
   * The lowest watermark over all sources that exist.
   *
   * @param expected the source partitions, from the broker's metadata
   * @return empty while one of them never said anything, or there are none
   */
  public OptionalLong lowest(Collection<Source> expected) {
    return highest.keySet().containsAll(expected)
        ? expected.stream().mapToLong(highest::get).min()
        : OptionalLong.empty();
  }
}
