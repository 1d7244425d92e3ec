package io.gradwatch.importance;

import io.gradwatch.window.SampleBatch;
import java.time.Duration;
import java.util.function.LongSupplier;

/** STUB, to be replaced as a whole by the methods with passes of their own. */
final class OwnPasses {
  private OwnPasses() {}

  @SuppressWarnings("DoNotCallSuggester") // the stub only
  static ImportanceSnapshot importance(
      DifferentiableModel model,
      ImportanceSettings settings,
      ImportanceMethod method,
      SampleBatch batch,
      Duration budget,
      LongSupplier nanoTime) {
    throw new UnsupportedOperationException(method.label() + " is not there yet");
  }
}
