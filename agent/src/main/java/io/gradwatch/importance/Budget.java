package io.gradwatch.importance;

import io.gradwatch.importance.ModelFailureException.Reason;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The device time that one run of a method may take. */
final class Budget {
  private final LongSupplier nanoTime;
  private final Duration limit;
  private final long begin;

  /** Starts now. */
  Budget(LongSupplier nanoTime, Duration limit) {
    this.nanoTime = nanoTime;
    this.limit = limit;
    this.begin = nanoTime.getAsLong();
  }

  /** Nothing more may begin. */
  boolean spent() {
    return nanoTime.getAsLong() - begin >= limit.toNanos();
  }

  /** Since the start. */
  double seconds() {
    return (nanoTime.getAsLong() - begin) / 1e9;
  }

  /**
   * Demands that something was done before the budget was spent.
   *
   * @param rows micro-batches, samples or permutations that were done
   * @param what is one of them, for instance {@code a sample}
   * @throws ModelFailureException if there are none
   */
  void requireAny(int rows, String what) {
    if (rows == 0) {
      throw new ModelFailureException(
          Reason.BUDGET,
          "the budget of %.3g s is spent before %s is done; give a larger one"
              .formatted(limit.toNanos() / 1e9, what));
    }
  }
}
