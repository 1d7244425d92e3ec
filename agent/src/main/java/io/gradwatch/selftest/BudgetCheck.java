package io.gradwatch.selftest;

import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.jspecify.annotations.Nullable;

/**
 * The test of the promise that at most so many runs without drift alarm: the one-sided exact
 * binomial test.
 *
 * <p>A budget of c windows between false alarms gives P(alarm within T windows) &lt;= T/c, an upper
 * bound. So only too many alarms speak against it; none at all, which is the rule, is as it should
 * be. A test that asks whether the interval of the rate holds the budget would fail the better
 * detector.
 *
 * @param budget probability that a run alarms, above 0 and below 1
 * @param alarms of the runs
 * @param runs independent ones, at least 1
 */
public record BudgetCheck(double budget, int alarms, int runs) {
  /** Chance that the test speaks against a budget that just holds. */
  public static final double LEVEL = 0.05;

  /** The chance of so many alarms or more where the budget just holds. */
  public double chance() {
    return atLeast(alarms);
  }

  /** Whether so many alarms speak against the budget. */
  public boolean contradicted() {
    return chance() < LEVEL;
  }

  /** The fewest alarms that would speak against the budget; null if not even all runs would. */
  public @Nullable Integer contradictedFrom() {
    for (int count = 1; count <= runs; count++) {
      if (atLeast(count) < LEVEL) {
        return count;
      }
    }
    return null;
  }

  private double atLeast(int count) {
    return count == 0
        ? 1
        : 1 - new BinomialDistribution(runs, budget).cumulativeProbability(count - 1);
  }
}
