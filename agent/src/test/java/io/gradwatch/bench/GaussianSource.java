package io.gradwatch.bench;

import java.util.SplittableRandom;

/**
 * Twenty standard normal features, of which the label knows the first eight:
 *
 * <pre>
 * P(1) = sigmoid(2 (x0 - x1 + x2 x3 + (x4 - x5)/2 + x6 x7))
 * </pre>
 */
final class GaussianSource implements RowSource {
  static final int FEATURES = 20;
  private static final int RELEVANT = 8;

  private final SplittableRandom random;
  private final double irrelevantShift;
  private final double correlation;

  /**
   * Makes a stream.
   *
   * @param irrelevantShift of the twelve features that the label does not know, in standard
   *     deviations
   * @param correlation of each relevant feature of an odd place with the one before it, 0 to 1; the
   *     label still follows from the features as before
   */
  GaussianSource(long seed, double irrelevantShift, double correlation) {
    random = new SplittableRandom(seed);
    this.irrelevantShift = irrelevantShift;
    this.correlation = correlation;
  }

  @Override
  public LabelledRow next() {
    float[] x = new float[FEATURES];
    for (int i = 0; i < FEATURES; i++) {
      x[i] = (float) random.nextGaussian();
      if (i >= RELEVANT) {
        x[i] += (float) irrelevantShift;
      } else if (i % 2 == 1) {
        x[i] = (float) (correlation * x[i - 1] + Math.sqrt(1 - correlation * correlation) * x[i]);
      }
    }
    double logit = 2 * (x[0] - x[1] + x[2] * x[3] + (x[4] - x[5]) / 2 + x[6] * x[7]);
    return new LabelledRow(x, random.nextDouble() < 1 / (1 + Math.exp(-logit)) ? 1 : 0);
  }
}
