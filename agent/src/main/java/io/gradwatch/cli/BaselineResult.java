package io.gradwatch.cli;

import io.gradwatch.cli.BaselineOptions.Opened;
import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.StoredBaseline;
import org.jspecify.annotations.Nullable;

/**
 * What a command did with a baseline, as JSON.
 *
 * @param model that it is of; null for a file that is made without a configuration
 * @param version of the model
 * @param id of the baseline; null for a file that is made without a configuration
 * @param windows in it
 * @param counts whether windows are compared with it from now on; null where nothing was decided
 * @param pinned whether the agent leaves it alone; null where nothing was decided
 * @param shortcoming why it cannot carry the budget of false alarms; null if it can
 */
record BaselineResult(
    @Nullable String model,
    @Nullable String version,
    @Nullable String id,
    int windows,
    @Nullable Boolean counts,
    @Nullable Boolean pinned,
    @Nullable String shortcoming) {
  /** Of a baseline for a configured model, about which nothing is decided. */
  static BaselineResult of(Opened opened, StoredBaseline stored) {
    return new BaselineResult(
        opened.model(),
        stored.version().toString(),
        stored.id(),
        stored.baseline().windows(),
        null,
        null,
        stored.baseline().shortcoming(opened.settings().drift()));
  }

  /** Of one that is made without a configuration. */
  static BaselineResult of(Baseline baseline, DriftSettings settings) {
    return new BaselineResult(
        null, null, null, baseline.windows(), null, null, baseline.shortcoming(settings));
  }

  /** The same, after the decision that windows are compared with it. */
  BaselineResult counting(boolean isPinned) {
    return new BaselineResult(model, version, id, windows, true, isPinned, shortcoming);
  }
}
