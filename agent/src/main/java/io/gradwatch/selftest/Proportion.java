package io.gradwatch.selftest;

import org.hipparchus.distribution.continuous.BetaDistribution;

/**
 * How many of some independent runs, with the exact interval of the rate that is behind them
 * (Clopper and Pearson 1934): two-sided, 95 %, from quantiles of beta distributions. It is wide
 * where the runs are few: 0 of 3 is 0 to 0.71.
 *
 * @param count 0 to {@code runs}
 * @param runs at least 1
 */
public record Proportion(int count, int runs) {
  /** What the interval is, for people. */
  public static final String INTERVAL = "two-sided 95 % Clopper-Pearson";

  private static final double TAIL = 0.025;

  public Proportion {
    if (runs < 1 || count < 0 || count > runs) {
      throw new IllegalArgumentException("%d of %d is no proportion".formatted(count, runs));
    }
  }

  /** The observed rate, 0 to 1. */
  public double rate() {
    return (double) count / runs;
  }

  /** Lower end of the interval, 0 to 1. */
  public double lower() {
    return count == 0
        ? 0
        : new BetaDistribution(count, runs - count + 1.0).inverseCumulativeProbability(TAIL);
  }

  /** Upper end of the interval, 0 to 1. */
  public double upper() {
    return count == runs
        ? 1
        : new BetaDistribution(count + 1.0, runs - count).inverseCumulativeProbability(1 - TAIL);
  }
}
