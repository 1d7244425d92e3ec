package io.gradwatch.drift;

import io.gradwatch.importance.Histogram;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;

/**
 * The two-sample Kolmogorov-Smirnov test on counts in the same bins.
 *
 * <p>With F and G the fractions of n and m values up to an edge, and Q Kolmogorov's limit
 * distribution,
 *
 * <pre>
 * distance D = max over edges |F - G|
 * p          = 1 - Q(D sqrt(n m / (n + m)))
 * </pre>
 *
 * @param distance 0 to 1
 * @param p at least the chance of this distance or a larger one where both are drawn from one
 *     distribution, as good as n and m are large
 */
record KolmogorovSmirnov(double distance, double p) {
  /** Below it Q is less than 1e-12, and its series takes ever more terms. */
  private static final double SMALLEST = 0.2;

  private static final double TOLERANCE = 1e-20;
  private static final int TERMS = 1_000;

  /**
   * Tests whether two samples have one distribution.
   *
   * @param one at least one value
   * @param other at least one value, in the same bins
   */
  static KolmogorovSmirnov of(Histogram one, Histogram other) {
    double n = one.total();
    double m = other.total();
    long below = 0;
    long otherBelow = 0;
    double distance = 0;
    for (int bin = 0; bin < one.counts().length; bin++) {
      below += one.counts()[bin];
      otherBelow += other.counts()[bin];
      distance = Math.max(distance, Math.abs(below / n - otherBelow / m));
    }
    double scaled = distance * Math.sqrt(n * m / (n + m));
    double p =
        scaled < SMALLEST ? 1 : 1 - new KolmogorovSmirnovTest().ksSum(scaled, TOLERANCE, TERMS);
    return new KolmogorovSmirnov(distance, Math.max(0, p));
  }
}
