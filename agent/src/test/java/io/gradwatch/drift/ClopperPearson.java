package io.gradwatch.drift;

import org.hipparchus.distribution.continuous.BetaDistribution;

/**
 * The exact 95 % interval of a proportion (Clopper and Pearson 1934).
 *
 * @param lower bound, 0 to 1
 * @param upper bound, 0 to 1
 */
public record ClopperPearson(int successes, int trials, double lower, double upper) {
  public static ClopperPearson of(int successes, int trials) {
    double lower =
        successes == 0
            ? 0
            : new BetaDistribution(successes, trials - successes + 1.0)
                .inverseCumulativeProbability(0.025);
    double upper =
        successes == trials
            ? 1
            : new BetaDistribution(successes + 1.0, trials - successes)
                .inverseCumulativeProbability(0.975);
    return new ClopperPearson(successes, trials, lower, upper);
  }

  double rate() {
    return (double) successes / trials;
  }

  @Override
  public String toString() {
    return "%d of %d, %.1f %% (%.1f to %.1f)"
        .formatted(successes, trials, 100 * rate(), 100 * lower, 100 * upper);
  }
}
