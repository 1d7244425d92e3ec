package io.gradwatch.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which windows of a baseline are of one slot of a {@link Seasonality}.
 *
 * @param ofWindow the slot of each window, in time's order
 * @param count number of slots; 1 where all windows are alike
 */
@SuppressWarnings("ArrayRecordComponent") // lives while a baseline is made, never compared
record Slots(int[] ofWindow, int count) {
  /** All of {@code windows} windows are alike. */
  static Slots none(int windows) {
    return new Slots(new int[windows], 1);
  }

  /** Windows in the slot that has the fewest, of those that have any; 0 where all are alike. */
  int fewest() {
    return count == 1 ? 0 : Arrays.stream(sizes()).filter(size -> size > 0).min().orElse(0);
  }

  /** The mean of each slot, NaN where it has no window; empty where all are alike. */
  List<Double> means(double[] values) {
    List<Double> means = new ArrayList<>();
    int[] sizes = sizes();
    double[] sums = sums(values);
    for (int slot = 0; slot < count && count > 1; slot++) {
      means.add(sums[slot] / sizes[slot]);
    }
    return means;
  }

  /** The values, each less the mean of the <em>other</em> windows of its slot, at least one. */
  double[] less(double[] values) {
    if (count == 1) {
      return values;
    }
    int[] sizes = sizes();
    double[] sums = sums(values);
    double[] rest = new double[values.length];
    for (int i = 0; i < rest.length; i++) {
      int slot = ofWindow[i];
      rest[i] = values[i] - (sums[slot] - values[i]) / (sizes[slot] - 1);
    }
    return rest;
  }

  private int[] sizes() {
    int[] sizes = new int[count];
    for (int slot : ofWindow) {
      sizes[slot]++;
    }
    return sizes;
  }

  private double[] sums(double[] values) {
    double[] sums = new double[count];
    for (int i = 0; i < values.length; i++) {
      sums[ofWindow[i]] += values[i];
    }
    return sums;
  }
}
