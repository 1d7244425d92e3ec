package io.gradwatch.window;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Closes the windows of one model in order, each event time exactly once.
 *
 * <p>A window that has fewer than k rows is joined with the next ones, up to the longest window
 * allowed, because the error of a score depends on the number of samples: a half-full window would
 * look like drift. A pure function over the rows that each window has.
 */
public final class WindowProgress {
  private WindowProgress() {}

  /**
   * A span of event time whose outcome is decided.
   *
   * @param start inclusive, milliseconds since 1970-01-01 UTC
   * @param end exclusive
   * @param ready whether it has k rows; otherwise it is skipped for having too few
   */
  public record Closed(long start, long end, boolean ready) {}

  /**
   * The spans that are over.
   *
   * @param settings of the model
   * @param next start of the first span that is not closed yet
   * @param watermark the lowest of all source partitions
   * @param rows rows in the sample of each window that has any, by its start
   * @return the closed spans in order, adjoining; the next one starts where the last ends
   */
  public static List<Closed> close(
      WindowSettings settings, long next, long watermark, NavigableMap<Long, Integer> rows) {
    long size = settings.size().toMillis();
    List<Closed> closed = new ArrayList<>();
    long start = next;
    long end = start + size;
    int collected = 0;
    while (settings.closeTime(end - size) <= watermark) {
      collected += rows.getOrDefault(end - size, 0);
      if (collected == 0) {
        end = Math.max(end, Math.min(firstFilled(rows, end), lastClosed(settings, watermark)));
      }
      if (collected >= settings.samples()) {
        closed.add(new Closed(start, end, true));
      } else if (collected == 0 || end - start >= settings.maxWindow().toMillis()) {
        closed.add(new Closed(start, end, false));
      } else {
        end += size;
        continue;
      }
      collected = 0;
      start = end;
      end += size;
    }
    return closed;
  }

  /**
   * Where a model starts: after its first window, which nobody saw from its beginning.
   *
   * @param watermark the lowest of all source partitions when all of them are known for the first
   *     time
   * @param rows rows in the sample of each window that has any, by its start
   */
  public static long first(
      WindowSettings settings, long watermark, NavigableMap<Long, Integer> rows) {
    long reached = settings.windowStart(watermark);
    return Math.min(reached, rows.isEmpty() ? reached : rows.firstKey())
        + settings.size().toMillis();
  }

  private static long firstFilled(NavigableMap<Long, Integer> rows, long from) {
    Map.Entry<Long, Integer> entry = rows.ceilingEntry(from);
    return entry == null ? Long.MAX_VALUE : entry.getKey();
  }

  /** The end of the last window whose close time the watermark has passed. */
  private static long lastClosed(WindowSettings settings, long watermark) {
    return settings.windowStart(watermark - settings.grace().toMillis());
  }
}
