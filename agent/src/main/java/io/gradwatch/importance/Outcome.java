package io.gradwatch.importance;

import io.gradwatch.window.SampleBatch;

/** What became of one window that was offered to the {@link ImportanceWorker}. */
public sealed interface Outcome {
  WindowKey window();

  /**
   * Which window it is.
   *
   * @param model the model's configured name
   * @param start event time at which the window starts, milliseconds since 1970-01-01 UTC
   */
  record WindowKey(String model, long start) {
    static WindowKey of(SampleBatch batch) {
      return new WindowKey(batch.model(), batch.start());
    }
  }

  /** The window was computed. */
  record Computed(WindowKey window, ImportanceSnapshot snapshot) implements Outcome {}

  /**
   * The window cannot be computed, and trying again would not help.
   *
   * @param reason for labels, see {@link ModelFailureException.Reason#label}
   * @param message what was found, what was expected and what to do
   */
  record Failed(WindowKey window, String reason, String message) implements Outcome {}
}
