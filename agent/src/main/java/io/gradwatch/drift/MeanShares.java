package io.gradwatch.drift;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a baseline's importance was spread over the groups, on average over its windows.
 *
 * @param shares q, one a group in the module's order; they add up to 1, or are all 0 where no
 *     window had any importance
 * @param logTotal mean over the windows of the log of the importance of all groups together
 */
@SuppressWarnings("ArrayRecordComponent") // made once a baseline and never compared
record MeanShares(double[] shares, double logTotal) {
  /** A baseline has the log of the smallest double for a group without importance. */
  private static final double SMALLEST = Float.MIN_NORMAL;

  /**
   * The means over the windows that have any importance, all moved into one slot of the
   * seasonality, so that a window is held against what is normal in its hour.
   */
  static MeanShares of(Baseline baseline, int slot) {
    int groups = baseline.groups().size();
    double[] shares = new double[groups];
    double logs = 0;
    int windows = 0;
    for (int window = 0; window < baseline.windows(); window++) {
      double[] means = new double[groups];
      for (int group = 0; group < groups; group++) {
        ScoreBaseline scale = baseline.groups().get(group).scale();
        means[group] = Math.exp(scale.level(slot) + scale.values().get(window));
      }
      double total = Arrays.stream(means).sum();
      if (total > SMALLEST) {
        windows++;
        logs += Math.log(total);
        for (int group = 0; group < groups; group++) {
          shares[group] += means[group] / total;
        }
      }
    }
    for (int group = 0; group < groups && windows > 0; group++) {
      shares[group] /= windows;
    }
    return new MeanShares(shares, windows == 0 ? 0 : logs / windows);
  }

  /** A window against the mean; null where nothing has any importance in one of the two. */
  @Nullable ShareMeasures measures(WindowContributions window) {
    double[] live = window.groups().stream().mapToDouble(Contribution::mean).toArray();
    double total = Arrays.stream(live).sum();
    boolean none = !(total > SMALLEST) || Arrays.stream(shares).sum() == 0;
    if (none || total == Double.POSITIVE_INFINITY) {
      return null;
    }
    for (int group = 0; group < live.length; group++) {
      live[group] /= total;
    }
    return ShareMeasures.of(shares, live, Math.log(total) - logTotal);
  }
}
