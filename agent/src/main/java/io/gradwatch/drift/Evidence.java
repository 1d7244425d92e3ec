package io.gradwatch.drift;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The evidence that one one-sided score has drifted: Shiryaev-Roberts sums of bets on its ranks.
 *
 * <p>Seven gamblers share the stake. Four power calibrators bet k p^(k - 1) on the rank p of a
 * window: S &larr; (1 + S) k p^(k - 1), for k of 0.1, 0.25, 0.5 and 0.75; they win fast from severe
 * drift. Three simple jumpers bet 1 + e (1/2 - p), for e of 0.5, 1 and 1.9, and a hundredth of
 * their capital jumps between them each window: C_e &larr; [(1 - J)(C_e + 1/3) + (J/3) sum(C +
 * 1/3)] (1 + e (1/2 - p)), J = 0.01; they win surely from weak drift. Every bet is on small p and
 * its mean over fair ranks is at most 1, so the {@linkplain #value value} after t windows without
 * drift is at most t in the mean, and the average run length until it reaches c is at least c.
 *
 * <p>A martingale that is never restarted loses for as long as all is quiet and then finds drift
 * late; the "1 +" stakes anew each window, so evidence is never far below 1.
 *
 * <p>Volkhonskiy et al., arXiv 1706.03415 (simple jumper); Vovk, arXiv 2006.02329 (testing
 * exchangeability); Shin, Ramdas and Rinaldo, arXiv 2203.03532 (Shiryaev-Roberts e-detectors).
 *
 * @param powers the S of each power calibrator
 * @param jumpers the C of each jumper
 */
public record Evidence(List<Double> powers, List<Double> jumpers) {
  private static final double[] EXPONENTS = {0.1, 0.25, 0.5, 0.75};
  private static final double[] SLOPES = {0.5, 1, 1.9};
  private static final double JUMP = 0.01;

  /** Beyond this nobody asks how sure it is; keeps sums finite in a drift that lasts. */
  private static final double CAP = 1e100;

  /** Before the first window. Stands below the tables that it is checked against. */
  static final Evidence NONE =
      new Evidence(
          Collections.nCopies(EXPONENTS.length, 0.0), Collections.nCopies(SLOPES.length, 0.0));

  public Evidence {
    powers = List.copyOf(powers);
    jumpers = List.copyOf(jumpers);
    if (powers.size() != EXPONENTS.length || jumpers.size() != SLOPES.length) {
      throw new IllegalArgumentException(
          "evidence has %d powers and %d jumpers, must have %d and %d"
              .formatted(powers.size(), jumpers.size(), EXPONENTS.length, SLOPES.length));
    }
  }

  /** The evidence after a window of rank {@code p}, above 0 to 1. */
  Evidence after(double p) {
    return afterAnyOf(new double[] {p});
  }

  /** The mean evidence after a window whose rank is any of {@code ranks} with equal chance. */
  Evidence afterAnyOf(double[] ranks) {
    List<Double> nextPowers = new ArrayList<>(EXPONENTS.length);
    for (int i = 0; i < EXPONENTS.length; i++) {
      nextPowers.add(capped((1 + powers.get(i)) * power(EXPONENTS[i], ranks)));
    }
    double staked = 1;
    for (double jumper : jumpers) {
      staked += jumper;
    }
    List<Double> nextJumpers = new ArrayList<>(SLOPES.length);
    for (int i = 0; i < SLOPES.length; i++) {
      double stake = (1 - JUMP) * (jumpers.get(i) + 1.0 / 3) + JUMP / 3 * staked;
      nextJumpers.add(capped(stake * jump(SLOPES[i], ranks)));
    }
    return new Evidence(nextPowers, nextJumpers);
  }

  /** (mean S + sum C) / 2: at most t in the mean after t windows without drift. */
  double value() {
    double powerSum = 0;
    for (double power : powers) {
      powerSum += power;
    }
    double jumperSum = 0;
    for (double jumper : jumpers) {
      jumperSum += jumper;
    }
    return (powerSum / EXPONENTS.length + jumperSum) / 2;
  }

  private static double power(double exponent, double[] ranks) {
    double sum = 0;
    for (double p : ranks) {
      sum += exponent * Math.pow(p, exponent - 1);
    }
    return sum / ranks.length;
  }

  private static double jump(double slope, double[] ranks) {
    double sum = 0;
    for (double p : ranks) {
      sum += 1 + slope * (0.5 - p);
    }
    return sum / ranks.length;
  }

  private static double capped(double evidence) {
    return Math.min(evidence, CAP);
  }
}
