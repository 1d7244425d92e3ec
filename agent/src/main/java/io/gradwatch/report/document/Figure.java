package io.gradwatch.report.document;

import java.util.Locale;

/**
 * A number that a report may say.
 *
 * @param id unique in the report, for instance {@code evidence.peak}
 * @param value for programs: a ratio is 1 for 100 %, a time is in ISO 8601
 * @param text for people, with its unit, for instance {@code 131 %}
 * @param meaning what it is and where it comes from, in a sentence without an end
 */
public record Figure(String id, Object value, String text, String meaning) {
  /** A whole number, for instance {@code 25,920}. */
  static Figure count(String id, long value, String meaning) {
    return new Figure(id, value, String.format(Locale.ROOT, "%,d", value), meaning);
  }

  /**
   * A ratio in percent: one decimal below 10 %, none above, between {@code below 0.1 %} and {@code
   * over 9,999 %}.
   */
  static Figure percent(String id, double ratio, String meaning) {
    return new Figure(id, ratio, percent(ratio), meaning);
  }

  /** A plain number with two significant digits, at least one of them behind the point. */
  static Figure number(String id, double value, String meaning) {
    String text =
        Math.abs(value) >= 0.1 || value == 0
            ? String.format(Locale.ROOT, "%.1f", value)
            : String.format(Locale.ROOT, "%.2g", value);
    return new Figure(id, value, text, meaning);
  }

  /** A distance between 0 and 1, to three places. */
  static Figure distance(String id, double value, String meaning) {
    return new Figure(id, value, String.format(Locale.ROOT, "%.3f", value), meaning);
  }

  private static String percent(double ratio) {
    double percent = 100 * ratio;
    if (percent > 9_999) {
      return "over 9,999 %";
    }
    if (percent > 0 && percent < 0.05) {
      return "below 0.1 %";
    }
    boolean small = Math.abs(percent) < 9.95 && percent != 0;
    return String.format(Locale.ROOT, small ? "%.1f %%" : "%,.0f %%", percent);
  }
}
