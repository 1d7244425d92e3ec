package io.gradwatch.drift;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows from one window: what to publish and what to change in the stores, all in one
 * transaction.
 *
 * @param state to keep in place of the one before
 * @param reading to publish; null if the window had been accepted before and nothing is to be done
 * @param completed the baseline that this window completed; else null
 * @param pooled scores to keep under their start; null if none joined the pool
 * @param collected contributions to keep under their start; null unless a baseline is being made
 * @param leftPool starts of the scores to delete
 * @param uncollected starts of the contributions to delete
 */
public record DriftStep(
    DriftState state,
    @Nullable DriftReading reading,
    @Nullable Baseline completed,
    @Nullable WindowScores pooled,
    @Nullable WindowContributions collected,
    List<Long> leftPool,
    List<Long> uncollected) {
  public DriftStep {
    leftPool = List.copyOf(leftPool);
    uncollected = List.copyOf(uncollected);
  }

  /** The same with another reading. */
  DriftStep with(DriftReading other) {
    return new DriftStep(state, other, completed, pooled, collected, leftPool, uncollected);
  }

  /** The same with what is shown beside the reading. */
  DriftStep compared(Comparison comparison) {
    return reading == null ? this : with(reading.with(comparison));
  }

  /** The step of a window that was accepted before. */
  static DriftStep ignored(DriftState state) {
    return new DriftStep(state, null, null, null, null, List.of(), List.of());
  }
}
