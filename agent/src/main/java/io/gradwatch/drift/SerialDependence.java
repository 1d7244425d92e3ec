package io.gradwatch.drift;

import java.util.Arrays;
import java.util.List;
import org.hipparchus.stat.StatUtils;

/**
 * How a score's windows hang together in time, estimated on m baseline windows.
 *
 * <p>Ranks are fair among exchangeable windows only; a slow wander (a daily swing, a batch job) is
 * not drift and must be covered by the deadband instead. The alternative, pre-whitening with a
 * fitted AR(1), holds for exact AR(1) alone.
 *
 * @param autocorrelation at lag 1, -1 to 1
 * @param slowDeviation standard deviation of the wander that lasts for several windows: the root of
 *     the largest autocovariance at lags 1 to 3 plus 3/m of the variance (what the estimated mean
 *     takes away); 0 where it is not significant
 * @param wander share of the variance that lies between the means of five equal stretches of the
 *     baseline, 0 to 1 (the correlation ratio); about 4/m for white noise, near 1 for a wander that
 *     outlasts the baseline; 0 below 10 windows, where it cannot be told
 */
record SerialDependence(double autocorrelation, double slowDeviation, double wander) {
  private static final int LAGS = 3;
  static final int STRETCHES = 5;

  /**
   * Estimates it.
   *
   * @param values one a window, in time's order, at least 2
   */
  static SerialDependence of(double[] values) {
    double variance = StatUtils.populationVariance(values);
    if (variance == 0) {
      return new SerialDependence(0, 0, 0);
    }
    double[] correlations = correlations(values);
    double largest = StatUtils.max(correlations);
    int m = values.length;
    boolean significant =
        largest > 2.5 / Math.sqrt(m) || StatUtils.mean(correlations) > 2 / Math.sqrt(LAGS * m);
    double slowVariance = significant ? (largest + 3.0 / m) * variance : 0;
    return new SerialDependence(
        correlations[0], Math.sqrt(Math.max(0, slowVariance)), between(values) / variance);
  }

  /** Autocorrelations at lags 1 to 3 of values that are not constant. */
  static double[] correlations(double[] values) {
    double variance = StatUtils.populationVariance(values);
    double[] correlations = new double[LAGS];
    for (int lag = 1; lag <= LAGS; lag++) {
      correlations[lag - 1] = autocovariance(values, lag) / variance;
    }
    return correlations;
  }

  /**
   * What many scores of the same windows say of their dependence together: the largest of their
   * mean autocorrelations plus 3/m, as a share of a score's variance; 0 where it is not
   * significant.
   *
   * <p>What wanders slowly is the traffic, in all groups at once. A score alone cannot be sure of a
   * weak dependence, and one in ten that is missed pages.
   *
   * @param correlations of each score, as {@link #correlations} gives them
   * @param m windows
   */
  static double together(List<double[]> correlations, int m) {
    double[] means = new double[LAGS];
    for (double[] one : correlations) {
      for (int lag = 0; lag < LAGS; lag++) {
        means[lag] += one[lag] / correlations.size();
      }
    }
    return StatUtils.mean(means) > 2 / Math.sqrt(LAGS * m) ? StatUtils.max(means) + 3.0 / m : 0;
  }

  /** The same with a slow deviation of at least so much. */
  SerialDependence atLeast(double deviation) {
    return new SerialDependence(autocorrelation, Math.max(slowDeviation, deviation), wander);
  }

  private static double autocovariance(double[] values, int lag) {
    double mean = StatUtils.mean(values);
    double sum = 0;
    for (int t = lag; t < values.length; t++) {
      sum += (values[t] - mean) * (values[t - lag] - mean);
    }
    return sum / values.length;
  }

  private static double between(double[] values) {
    int length = values.length / STRETCHES;
    if (length < 2) {
      return 0;
    }
    double[] means = new double[STRETCHES];
    for (int stretch = 0; stretch < STRETCHES; stretch++) {
      means[stretch] =
          StatUtils.mean(Arrays.copyOfRange(values, stretch * length, (stretch + 1) * length));
    }
    return StatUtils.populationVariance(means);
  }
}
