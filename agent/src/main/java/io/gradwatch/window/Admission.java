package io.gradwatch.window;

import io.gradwatch.sample.Refusal;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides for one source partition and one model which records are worth parsing: those below the
 * k-th smallest priority seen so far in their window. About k (1 + ln(n/k)) of n records are.
 *
 * <p>It also keeps the partition's watermark, the highest event time seen, and with it decides what
 * is late. Its whole memory may be lost: then a few records more are admitted, which changes no
 * sample. Not thread-safe.
 */
public final class Admission {
  /** Dead letters a window and reason; the rest is only counted. */
  static final int DEAD_LETTERS = 100;

  private static final Comparator<Long> LARGEST_FIRST = (a, b) -> Long.compareUnsigned(b, a);

  private final WindowSettings settings;
  private final Map<Kind, NavigableMap<Long, PriorityQueue<Long>>> admitted =
      new EnumMap<>(Kind.class);
  private final Map<Refusal, PriorityQueue<Long>> deadLetters = new HashMap<>();
  private long watermark = Long.MIN_VALUE;

  /** When the oldest window that is open closes; at the first watermark while there is none. */
  private long nextClose = Long.MIN_VALUE + 1;

  public Admission(WindowSettings settings) {
    this.settings = settings;
    for (Kind kind : Kind.values()) {
      admitted.put(kind, new TreeMap<>());
    }
  }

  /** Requests and responses do not compete with each other. */
  public enum Kind {
    REQUEST,
    RESPONSE;

    int limit(WindowSettings settings) {
      return this == REQUEST ? settings.samples() : JoinSettings.kept(settings.samples());
    }
  }

  /** What becomes of a record. */
  public enum Verdict {
    /** Parse it and forward it, then tell {@link #admitted}. */
    ADMIT,
    /** Not among the k smallest of its window. */
    PASS,
    /** Its own partition's watermark had passed the close time of its window. */
    LATE,
    /** See {@link Refusal#TOO_LARGE}. */
    TOO_LARGE,
    /** See {@link Refusal#BAD_TIME}. */
    BAD_TIME,
    /** See {@link Refusal#FUTURE}. */
    FUTURE
  }

  /**
   * Looks at a record without parsing it, and moves the watermark.
   *
   * @param kinds what it may be; one at least
   * @param eventTime milliseconds since 1970-01-01 UTC; not above 0 means that it has none
   * @param size bytes of the value
   * @param now the wall clock, milliseconds since 1970-01-01 UTC
   */
  public Verdict consider(Set<Kind> kinds, long eventTime, long priority, int size, long now) {
    if (eventTime <= 0) {
      return Verdict.BAD_TIME;
    }
    if (isFuture(eventTime, now)) {
      return Verdict.FUTURE;
    }
    long window = settings.windowStart(eventTime);
    if (settings.closeTime(window) <= watermark) {
      return Verdict.LATE;
    }
    watermark = Math.max(watermark, eventTime);
    if (size > settings.payloadMaxBytes()) {
      return Verdict.TOO_LARGE;
    }
    for (Kind kind : kinds) {
      if (admits(kind, eventTime, priority)) {
        return Verdict.ADMIT;
      }
    }
    return Verdict.PASS;
  }

  /** Whether a priority is among the smallest of its kind that its window has seen. */
  public boolean admits(Kind kind, long eventTime, long priority) {
    PriorityQueue<Long> smallest = ofKind(kind).get(settings.windowStart(eventTime));
    return smallest == null
        || smallest.size() < kind.limit(settings)
        || Long.compareUnsigned(priority, smallest.element()) < 0;
  }

  private NavigableMap<Long, PriorityQueue<Long>> ofKind(Kind kind) {
    return Objects.requireNonNull(admitted.get(kind), "there is one of each");
  }

  /**
   * Moves the watermark by a record of the partition that is not the model's: time passes for all
   * that read it.
   *
   * @param eventTime milliseconds since 1970-01-01 UTC
   * @param now the wall clock
   * @return whether the event time is one; where another model's records have none, they say
   *     nothing
   */
  public boolean passBy(long eventTime, long now) {
    if (eventTime <= 0 || isFuture(eventTime, now)) {
      return false;
    }
    watermark = Math.max(watermark, eventTime);
    return true;
  }

  private boolean isFuture(long eventTime, long now) {
    return eventTime > now + settings.maxFutureSkew().toMillis();
  }

  /**
   * Notes that a record was parsed and forwarded. A record that could not be parsed, or that turned
   * out to be another model's, takes no place.
   */
  public void admitted(Kind kind, long eventTime, long priority) {
    keep(
        ofKind(kind)
            .computeIfAbsent(
                settings.windowStart(eventTime), w -> new PriorityQueue<>(LARGEST_FIRST)),
        priority,
        kind.limit(settings));
  }

  /**
   * Whether a refused record goes to the dead letters: only the smallest priorities of a window and
   * reason do.
   */
  public boolean isDeadLetter(Refusal reason, long priority) {
    return keep(
        deadLetters.computeIfAbsent(reason, r -> new PriorityQueue<>(LARGEST_FIRST)),
        priority,
        DEAD_LETTERS);
  }

  /**
   * Moves the watermark of a silent partition. Only who owns the partition and has read it to its
   * end may say so.
   *
   * @param silentUntil the wall clock when that was so; the watermark follows it at a distance of
   *     the idle timeout
   */
  public void idle(long silentUntil) {
    watermark = Math.max(watermark, silentUntil - settings.idleTimeout().toMillis());
  }

  /**
   * The watermark, if it passed the close time of a window since this was asked last; to be
   * forwarded then. The first one is given at once.
   */
  public OptionalLong crossed() {
    if (watermark < nextClose) {
      return OptionalLong.empty();
    }
    long open =
        settings.windowStart(watermark - settings.size().toMillis() - settings.grace().toMillis())
            + settings.size().toMillis();
    nextClose = settings.closeTime(open);
    admitted.values().forEach(windows -> windows.headMap(open, false).clear());
    deadLetters.clear();
    return OptionalLong.of(watermark);
  }

  /** Keeps a priority if it is among the {@code limit} smallest; says whether it is. */
  private static boolean keep(PriorityQueue<Long> smallest, long priority, int limit) {
    if (smallest.size() >= limit) {
      if (Long.compareUnsigned(priority, smallest.element()) >= 0) {
        return false;
      }
      smallest.remove();
    }
    smallest.add(priority);
    return true;
  }
}
