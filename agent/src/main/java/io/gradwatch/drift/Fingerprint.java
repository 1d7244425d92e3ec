package io.gradwatch.drift;

import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.Settled;
import io.gradwatch.importance.Tuning;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that must be equal for two windows to be comparable.
 *
 * @param sha256 of the model file
 * @param windowMillis configured length of a window
 * @param samples rows in a window's sample (k): the error of a score depends on it
 * @param method label of the paging method
 * @param tuning what the first window settled
 * @param groups names in the module's order
 * @param seasonality which windows are normal in the same way
 * @param inputs how the model's inputs are made of messages, see {@link DriftSettings}; null for
 *     what arrives, as it arrives
 */
public record Fingerprint(
    String sha256,
    long windowMillis,
    int samples,
    String method,
    Tuning tuning,
    List<String> groups,
    Seasonality seasonality,
    @Nullable String inputs) {
  public Fingerprint {
    groups = List.copyOf(groups);
  }

  /** The fingerprint of a window under the settings. */
  static Fingerprint of(ImportanceSnapshot snapshot, DriftSettings settings) {
    return new Fingerprint(
        snapshot.version().sha256(),
        settings.window().toMillis(),
        snapshot.samples(),
        settings.method().label(),
        snapshot.tuning(),
        snapshot.groups().stream().map(GroupImportance::name).toList(),
        settings.seasonality(),
        settings.inputs());
  }

  /** What live windows are to be computed with; {@link Baseline#settled} has the bins as well. */
  Settled settled() {
    return new Settled(sha256, tuning);
  }

  /** The same with the times of another one, where only what was computed is compared. */
  Fingerprint inTimeOf(Fingerprint other) {
    return new Fingerprint(
        sha256, other.windowMillis, samples, method, tuning, groups, other.seasonality, inputs);
  }

  /** Why windows of another fingerprint cannot be compared, in a sentence; null if they can. */
  public @Nullable String difference(Fingerprint live) {
    String change = change(live);
    return change == null ? null : "the baseline does not fit: " + change;
  }

  /** What differs, in a sentence; null if nothing does. */
  @Nullable String change(Fingerprint live) {
    if (!sha256.equals(live.sha256)) {
      return unlike("the model file", sha256, live.sha256);
    }
    if (windowMillis != live.windowMillis) {
      return unlike("the window", length(windowMillis), length(live.windowMillis));
    }
    if (samples != live.samples) {
      return unlike("samples a window", samples, live.samples);
    }
    if (!method.equals(live.method)) {
      return unlike("the method", method, live.method);
    }
    if (tuning.microBatch() != live.tuning.microBatch()) {
      return unlike("the micro-batch", tuning.microBatch(), live.tuning.microBatch());
    }
    if (!tuning.equals(live.tuning)) {
      return unlike(
          "the outputs' deviations", tuning.outputDeviations(), live.tuning.outputDeviations());
    }
    if (!seasonality.equals(live.seasonality)) {
      return unlike("the seasonality", seasonality, live.seasonality);
    }
    if (!Objects.equals(inputs, live.inputs)) {
      String none = "none";
      return unlike(
          "the mapping of inputs",
          Objects.requireNonNullElse(inputs, none),
          Objects.requireNonNullElse(live.inputs, none));
    }
    return groups.equals(live.groups) ? null : unlike("the groups", groups, live.groups);
  }

  private static String length(long millis) {
    return DurationText.format(Duration.ofMillis(millis));
  }

  private static String unlike(String what, Object baseline, Object live) {
    return "%s was %s and is %s now".formatted(what, baseline, live);
  }
}
