package io.gradwatch.importance;

import io.gradwatch.importance.ModelFailureException.Reason;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The device time that one run of a method may take, and who is told how far it is. */
final class Budget {
  private final LongSupplier nanoTime;
  private final WorkProgress progress;
  private final Duration limit;
  private final long begin;

  /** Starts now. */
  Budget(LongSupplier nanoTime, Duration limit, WorkProgress progress) {
    this.nanoTime = nanoTime;
    this.progress = progress;
    this.limit = limit;
    this.begin = nanoTime.getAsLong();
  }

  /** Nothing more may begin. */
  boolean spent() {
    return nanoTime.getAsLong() - begin >= limit.toNanos();
  }

  /** After each unit of work, as {@link WorkProgress} has it. */
  void done(long done, long all) {
    progress.at(done, all);
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
