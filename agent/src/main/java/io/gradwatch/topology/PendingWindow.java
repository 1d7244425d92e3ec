package io.gradwatch.topology;

import io.gradwatch.importance.Outcome.WindowKey;
import org.jspecify.annotations.Nullable;

/**
 * A closed window whose outcome has not been published. Store entry, keyed by model and start.
 *
 * @param model the model's configured name
 * @param start inclusive, milliseconds since 1970-01-01 UTC
 * @param end exclusive
 * @param skipped the reason if its outcome is to skip it; null if its importance is to be computed
 */
record PendingWindow(String model, long start, long end, @Nullable String skipped) {
  WindowKey key() {
    return new WindowKey(model, start);
  }

  PendingWindow shed() {
    return new PendingWindow(model, start, end, WindowOutcome.SHED);
  }
}
