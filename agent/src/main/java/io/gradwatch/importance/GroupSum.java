package io.gradwatch.importance;

import java.util.ArrayList;
import java.util.List;

/**
 * What one method adds up for one group during a sweep: a total a micro-batch and a total a unit.
 * Mutable, for one thread.
 */
final class GroupSum {
  /** Entries of a profile at most, so that a snapshot of a wide model fits into a record. */
  static final int PROFILE = 256;

  private final double[] batches;
  private final double[] units;
  private int next;

  GroupSum(int batches, int units) {
    this.batches = new double[batches];
    this.units = new double[units];
  }

  /** Adds the contributions of one micro-batch, one a unit. */
  void add(float[] contributions) {
    double total = 0;
    for (int unit = 0; unit < units.length; unit++) {
      units[unit] += contributions[unit];
      total += contributions[unit];
    }
    batches[next++] = total;
  }

  /** Adds the squares of what one micro-batch brought, one a unit. */
  void addSquares(float[] values) {
    double total = 0;
    for (int unit = 0; unit < units.length; unit++) {
      double square = (double) values[unit] * values[unit];
      units[unit] += square;
      total += square;
    }
    batches[next++] = total;
  }

  /**
   * The mean over samples and its standard error.
   *
   * @param sizes samples in each micro-batch
   */
  Estimate estimate(int[] sizes) {
    return Estimate.of(batches, sizes);
  }

  /**
   * The mean contribution of each unit, neighbours summed where there are more than {@value
   * #PROFILE}: unit u of U belongs to entry floor(256 u / U).
   */
  List<Float> profile(long samples) {
    int entries = Math.min(units.length, PROFILE);
    double[] bins = new double[entries];
    for (int unit = 0; unit < units.length; unit++) {
      bins[(int) ((long) unit * entries / units.length)] += units[unit];
    }
    List<Float> profile = new ArrayList<>(entries);
    for (double bin : bins) {
      profile.add((float) (bin / samples));
    }
    return profile;
  }
}
