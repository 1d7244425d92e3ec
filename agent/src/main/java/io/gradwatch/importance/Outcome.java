package io.gradwatch.importance;

import io.gradwatch.window.SampleBatch;
import java.util.List;

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

  /**
   * The window was computed.
   *
   * @param snapshot of the methods of the one pass
   * @param periodic one snapshot a periodic method that was due and did not fail
   */
  record Computed(WindowKey window, ImportanceSnapshot snapshot, List<ImportanceSnapshot> periodic)
      implements Outcome {
    public Computed {
      periodic = List.copyOf(periodic);
    }

    /** Without periodic methods. */
    public Computed(WindowKey window, ImportanceSnapshot snapshot) {
      this(window, snapshot, List.of());
    }
  }

  /**
   * The window cannot be computed, and trying again would not help.
   *
   * @param reason for labels, see {@link ModelFailureException.Reason#label}
   * @param message what was found, what was expected and what to do
   */
  record Failed(WindowKey window, String reason, String message) implements Outcome {
    static Failed of(WindowKey window, ModelFailureException.Reason reason, String message) {
      return new Failed(window, reason.label(), message);
    }
  }
}
