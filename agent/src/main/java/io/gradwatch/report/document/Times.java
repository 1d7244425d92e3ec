package io.gradwatch.report.document;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * How a report tells times: in UTC, or by the number of the window where time is made up.
 *
 * @param numbered whether times are made of window numbers
 * @param length of a window in milliseconds, at least 1
 */
record Times(boolean numbered, long length) {
  private static final DateTimeFormatter LONG = formatter("EEEE d MMMM uuuu HH:mm 'UTC'");
  private static final DateTimeFormatter SHORT = formatter("d MMM HH:mm");

  private static DateTimeFormatter formatter(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
  }

  /** Of observations: the length is that of the newest window. */
  static Times of(Observations seen) {
    int last = seen.traffic().size() - 1;
    return new Times(
        seen.numbered(),
        last < 0
            ? 1
            : Math.max(1, seen.traffic().get(last).end() - seen.traffic().get(last).start()));
  }

  /** The start of a window, for instance {@code Tuesday 3 March 2026 14:00 UTC}. */
  String text(long start) {
    return numbered ? window(start) : LONG.format(Instant.ofEpochMilli(start));
  }

  /** The same for axes, for instance {@code 3 Mar 14:00}. */
  String shortText(long start) {
    return numbered ? "" + start / length : SHORT.format(Instant.ofEpochMilli(start));
  }

  /** As a figure. */
  Figure figure(String id, long start, String meaning) {
    Object value = numbered ? start / length : Instant.ofEpochMilli(start).toString();
    return new Figure(id, value, text(start), meaning);
  }

  private String window(long start) {
    return "window " + start / length;
  }
}
