package io.gradwatch.bench;

import java.util.Arrays;

/**
 * What repeated measurements say.
 *
 * @param median of them
 * @param low first quartile
 * @param high third quartile
 */
record Spread(double median, double low, double high) {
  /** Takes at least one value, in any order. */
  static Spread of(double... values) {
    return new Spread(quantile(values, 0.5), quantile(values, 0.25), quantile(values, 0.75));
  }

  /** The value below which a fraction of the others lies, between neighbours by a straight line. */
  static double quantile(double[] values, double fraction) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double place = fraction * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /** For a table: {@code 1.23 (1.20-1.31)}. */
  @Override
  public String toString() {
    return "%.2f (%.2f-%.2f)".formatted(median, low, high);
  }
}
