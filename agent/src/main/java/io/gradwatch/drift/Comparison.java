package io.gradwatch.drift;

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
 * @param importance shares of the groups against those of the baseline, in the same slot of the
 *     seasonality if there is one; null where nothing has any importance in the window or in the
 *     baseline
 * @param beyond scores of this one window that lie farther out than in every window of the
 *     baseline, by more than their deadbands: 0 where the reliance is as ever; a few quiet windows
 *     in a hundred have one by chance
 */
public record Comparison(
    @Nullable FeatureDrift inputs,
    @Nullable FeatureDrift outputs,
    @Nullable ShareMeasures importance,
    int beyond) {}
