package io.gradwatch.importance;

import org.jspecify.annotations.Nullable;

/**
 * A mean over samples that came in micro-batches, and how far to trust it.
 *
 * @param mean at least 0 for sums of squares
 * @param stderr its standard error; null with fewer than two micro-batches
 */
record Estimate(double mean, @Nullable Double stderr) {
  /**
   * The mean over N samples of sums S_m over M micro-batches of b_m samples each:
   *
   * <pre>
   * mean   = sum(S_m) / N
   * stderr = sqrt(M / (M - 1) sum((S_m - b_m mean)^2)) / N
   * </pre>
   *
   * <p>which for equal sizes is the sample standard deviation of the rows S_m / b_m over sqrt(M).
   *
   * @param sums S_m, at least one
   * @param sizes b_m, each at least 1
   */
  static Estimate of(double[] sums, int[] sizes) {
    double total = 0;
    long samples = 0;
    for (int m = 0; m < sums.length; m++) {
      total += sums[m];
      samples += sizes[m];
    }
    double mean = total / samples;
    if (sums.length < 2) {
      return new Estimate(mean, null);
    }
    double squares = 0;
    for (int m = 0; m < sums.length; m++) {
      double deviation = sums[m] - sizes[m] * mean;
      squares += deviation * deviation;
    }
    double correction = sums.length / (sums.length - 1.0);
    return new Estimate(mean, Math.sqrt(correction * squares) / samples);
  }

  /**
   * The root mean square a parameter, sqrt(mean / parameters), with the standard error that the
   * slope of the root gives (delta method); 0 where the mean is.
   */
  Estimate rootPer(long parameters) {
    double root = Math.sqrt(mean / parameters);
    if (stderr == null) {
      return new Estimate(root, null);
    }
    return new Estimate(root, root == 0 ? 0 : stderr / (2 * root * parameters));
  }
}
