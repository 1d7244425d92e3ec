package io.gradwatch.importance;

import io.gradwatch.importance.Group.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;

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

  /**
   * Adds the contributions of one micro-batch.
   *
   * @param ofParameter the contributions of a parameter tensor, one a unit, by its index
   */
  void add(Group group, IntFunction<float[]> ofParameter) {
    add(group, ofParameter, DoubleUnaryOperator.identity());
  }

  /** Adds the squares of what one micro-batch brought, otherwise as {@link #add}. */
  void addSquares(Group group, IntFunction<float[]> ofParameter) {
    add(group, ofParameter, value -> value * value);
  }

  private void add(Group group, IntFunction<float[]> ofParameter, DoubleUnaryOperator term) {
    double[] contributions = new double[units.length];
    int at = 0;
    for (Slice slice : group.slices()) {
      float[] values = ofParameter.apply(slice.index());
      for (int unit = slice.from(); unit < slice.to(); unit++) {
        contributions[at++] = term.applyAsDouble(values[unit]);
      }
    }
    add(contributions);
  }

  /** Adds the contributions of one micro-batch, one a unit. */
  void add(double[] contributions) {
    double total = 0;
    for (int unit = 0; unit < units.length; unit++) {
      units[unit] += contributions[unit];
      total += contributions[unit];
    }
    batches[next++] = total;
  }

  /** Micro-batches that were added. */
  int added() {
    return next;
  }

  /**
   * The mean over samples and its standard error.
   *
   * @param sizes samples in each micro-batch, of which only those that were {@link #added} count
   */
  Estimate estimate(int[] sizes) {
    return Estimate.of(Arrays.copyOf(batches, next), Arrays.copyOf(sizes, next));
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
