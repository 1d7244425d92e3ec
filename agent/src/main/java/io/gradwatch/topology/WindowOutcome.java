package io.gradwatch.topology;

import io.gradwatch.importance.ImportanceSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * What became of a closed window: exactly one of these a window, in order, followed by one for each
 * periodic method that was due on it. Value of the importance topic.
 *
 * @param format version of the JSON form, {@value #FORMAT}
 * @param model the model's configured name
 * @param start event time at which the window starts, inclusive, milliseconds since 1970-01-01 UTC
 * @param end event time at which it ends, exclusive
 * @param skipped why there is no snapshot: {@code too-few}, {@code shed}, or a reason of the
 *     importance stage; null if there is one
 * @param message what is known beyond the reason; null if nothing
 * @param snapshot the importance; null if it was skipped
 * @param method the periodic method that the snapshot is of; null for the window itself
 */
public record WindowOutcome(
    int format,
    String model,
    long start,
    long end,
    @Nullable String skipped,
    @Nullable String message,
    @Nullable ImportanceSnapshot snapshot,
    @Nullable String method) {
  public static final int FORMAT = 1;
  static final String TOO_FEW = "too-few";
  static final String SHED = "shed";

  static WindowOutcome computed(ImportanceSnapshot snapshot) {
    return new WindowOutcome(
        FORMAT, snapshot.model(), snapshot.start(), snapshot.end(), null, null, snapshot, null);
  }

  /**
   * A periodic method's part of a window that was computed.
   *
   * @param snapshot of one method
   */
  static WindowOutcome periodic(ImportanceSnapshot snapshot) {
    String method =
        snapshot.groups().stream()
            .flatMap(group -> group.methods().keySet().stream())
            .findFirst()
            .orElse("none");
    return new WindowOutcome(
        FORMAT, snapshot.model(), snapshot.start(), snapshot.end(), null, null, snapshot, method);
  }

  static WindowOutcome skipped(
      String model, long start, long end, String reason, @Nullable String message) {
    return new WindowOutcome(FORMAT, model, start, end, reason, message, null, null);
  }

  /** Key of the importance topic. */
  String key() {
    String version = snapshot == null ? "-" : snapshot.version().toString();
    String window = model + "/" + version + "/" + start;
    return method == null ? window : window + "/" + method;
  }
}
