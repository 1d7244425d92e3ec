package io.gradwatch.window;

import io.gradwatch.sample.Priority;
import java.util.SortedSet;

/** Estimates how many records a window held from the priorities of its sample. */
public final class Population {
  private Population() {}

  /**
   * (k - 1) / (k-th priority as a fraction), unbiased (Cohen and Kaplan, PODC 2007); the exact
   * count where fewer than k records came.
   *
   * @param sample the bottom-k keys of one window
   * @param k the size that the sample would have with enough records
   */
  public static double estimate(SortedSet<SampleKey> sample, int k) {
    return sample.size() < k
        ? sample.size()
        : (k - 1) / Priority.fraction(sample.last().priority());
  }
}
