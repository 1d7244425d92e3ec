package io.gradwatch.topology;

import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What became of a closed window: exactly one of these a window, in order, followed by one for each
 * periodic method that was due on it and, with a labels topic, by one for its labelled part. Value
 * of the importance topic.
 *
 * @param format version of the JSON form, {@value #FORMAT}
 * @param model the model's configured name
 * @param start event time at which the window starts, inclusive, milliseconds since 1970-01-01 UTC
 * @param end event time at which it ends, exclusive
 * @param skipped why there is no snapshot: {@code too-few}, {@code shed}, or a reason of the
 *     importance stage; null if there is one
 * @param message what is known beyond the reason; null if nothing
 * @param snapshot the importance; null if it was skipped
 * @param method the periodic method that the snapshot is of, or {@code labelled} for those rows of
 *     the window whose labels came after it was computed; null for the window itself
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
  static final String NO_LABELS = "no-labels";

  public WindowOutcome {
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "window outcome has format %d, must be %d; read it with the release that wrote it, or a later one"
              .formatted(format, FORMAT));
    }
  }

  /** What stands in place of a method in the outcome of a window's labelled part. */
  static final String LABELLED = "labelled";

  /** All values of {@code skipped} where there is no {@code method}. */
  public static List<String> skipReasons() {
    return Stream.concat(
            Stream.of(TOO_FEW, SHED),
            Arrays.stream(Reason.values()).filter(Reason::ofWindow).map(Reason::label))
        .toList();
  }

  /**
   * Of a window that waits.
   *
   * @param outcome what the device made of it; null if nothing yet
   * @return null if there is nothing to say of it yet
   */
  static @Nullable WindowOutcome of(PendingWindow window, @Nullable Outcome outcome) {
    if (window.skipped() != null) {
      return skipped(window.model(), window.start(), window.end(), window.skipped(), null);
    }
    if (outcome instanceof Outcome.Computed computed) {
      return computed(computed.snapshot());
    }
    if (outcome instanceof Outcome.Failed failed) {
      return skipped(
          window.model(), window.start(), window.end(), failed.reason(), failed.message());
    }
    return null;
  }

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

  /**
   * The labelled part of a window that was computed before.
   *
   * @param snapshot of the rows whose labels came
   */
  static WindowOutcome labelled(ImportanceSnapshot snapshot) {
    return new WindowOutcome(
        FORMAT, snapshot.model(), snapshot.start(), snapshot.end(), null, null, snapshot, LABELLED);
  }

  /** The labelled part of a window, if nothing could be said of it. */
  static WindowOutcome withoutLabels(AwaitingLabels window, String reason, String message) {
    return new WindowOutcome(
        FORMAT, window.model(), window.start(), window.end(), reason, message, null, LABELLED);
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
