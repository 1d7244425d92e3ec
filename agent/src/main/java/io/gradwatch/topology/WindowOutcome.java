package io.gradwatch.topology;

import io.gradwatch.importance.ImportanceSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * What became of a closed window: exactly one of these a window, in order. Value of the importance
 * topic.
 *
 * @param format version of the JSON form, {@value #FORMAT}
 * @param model the model's configured name
 * @param start event time at which the window starts, inclusive, milliseconds since 1970-01-01 UTC
 * @param end event time at which it ends, exclusive
 * @param skipped why there is no snapshot: {@code too-few}, {@code shed}, or a reason of the
 *     importance stage; null if there is one
 * @param message what is known beyond the reason; null if nothing
 * @param snapshot the importance; null if it was skipped
 */
public record WindowOutcome(
    int format,
    String model,
    long start,
    long end,
    @Nullable String skipped,
    @Nullable String message,
    @Nullable ImportanceSnapshot snapshot) {
  public static final int FORMAT = 1;
  static final String TOO_FEW = "too-few";
  static final String SHED = "shed";

  static WindowOutcome computed(ImportanceSnapshot snapshot) {
    return new WindowOutcome(
        FORMAT, snapshot.model(), snapshot.start(), snapshot.end(), null, null, snapshot);
  }

  static WindowOutcome skipped(
      String model, long start, long end, String reason, @Nullable String message) {
    return new WindowOutcome(FORMAT, model, start, end, reason, message, null);
  }

  /** Key of the importance topic. */
  String key() {
    String version = snapshot == null ? "-" : snapshot.version().toString();
    return model + "/" + version + "/" + start;
  }
}
