package io.gradwatch.drift;

import io.gradwatch.importance.TrafficSummary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares windows with a baseline beside the alarm, see {@link Comparison}.
 *
 * <p>Mutable in what it has worked out so far, one thread.
 */
final class Comparer {
  private final @Nullable TrafficSummary reference;
  private final Baseline baseline;
  private final Scorer scorer;
  private final Map<Integer, MeanShares> shares = new HashMap<>();

  /** What each score must pass to be beyond the baseline. */
  private final double[] low;

  private final double[] high;

  Comparer(Baseline baseline, Scorer scorer) {
    this.scorer = scorer;
    this.baseline = baseline;
    reference = baseline.traffic();
    List<Scorer.Score> scores = scorer.scores();
    low = new double[scores.size()];
    high = new double[scores.size()];
    for (int i = 0; i < low.length; i++) {
      Scorer.Score score = scores.get(i);
      low[i] = Double.POSITIVE_INFINITY;
      high[i] = Double.NEGATIVE_INFINITY;
      for (float value : score.baseline().values()) {
        low[i] = Math.min(low[i], value - score.deadband());
        high[i] = Math.max(high[i], value + score.deadband());
      }
    }
  }

  /**
   * Compares a window that fits the baseline.
   *
   * @param traffic its inputs and outputs; null where they were not counted
   */
  Comparison compare(WindowContributions window, @Nullable TrafficSummary traffic) {
    int slot = baseline.fingerprint().seasonality().slot(window.start());
    ShareMeasures importance =
        shares.computeIfAbsent(slot, of -> MeanShares.of(baseline, of)).measures(window);
    if (reference == null || traffic == null || !reference.sameBins(traffic)) {
      return new Comparison(null, null, importance, beyond(window));
    }
    return new Comparison(
        FeatureDrift.of(traffic.inputFeatures(), reference.inputs(), traffic.inputs()),
        FeatureDrift.of(traffic.outputFeatures(), reference.outputs(), traffic.outputs()),
        importance,
        beyond(window));
  }

  private int beyond(WindowContributions window) {
    float[] values = scorer.score(window).values();
    int beyond = 0;
    for (OneSidedScore side : scorer.oneSided()) {
      float value = values[side.score()];
      beyond += (side.up() ? value > high[side.score()] : value < low[side.score()]) ? 1 : 0;
    }
    return beyond;
  }
}
