package io.gradwatch.drift;

import io.gradwatch.importance.TrafficSummary;
import org.jspecify.annotations.Nullable;

/**
 * What other monitors would say of the same window: shown beside the alarm, so that a reader sees
 * "the inputs moved, the reliance did not" or the reverse. Nothing in it ever pages.
 *
 * <p>Why not alarm on them: input drift alarms on every shift, also on those that the model
 * ignores; output drift misses a model that is as sure as ever about the wrong things; and the
 * measures of the importance know no error of their own, so nobody can choose a threshold for them.
 *
 * @param inputs of the window against those of the baseline; null where either was not counted, or
 *     into other bins, as with baselines of earlier releases
 * @param outputs likewise
 * @param importance shares of the groups against those of the baseline; null where nothing has any
 *     importance in the window or in the baseline
 */
public record Comparison(
    @Nullable FeatureDrift inputs,
    @Nullable FeatureDrift outputs,
    @Nullable ShareMeasures importance) {

  /** Compares a window; the result has nothing in it where nothing can be compared. */
  static Comparison of(
      MeanShares shares,
      @Nullable TrafficSummary reference,
      WindowContributions window,
      @Nullable TrafficSummary traffic) {
    ShareMeasures importance = shares.measures(window);
    if (reference == null || traffic == null || !reference.sameBins(traffic)) {
      return new Comparison(null, null, importance);
    }
    return new Comparison(
        FeatureDrift.of(traffic.inputFeatures(), reference.inputs(), traffic.inputs()),
        FeatureDrift.of(traffic.outputFeatures(), reference.outputs(), traffic.outputs()),
        importance);
  }
}
