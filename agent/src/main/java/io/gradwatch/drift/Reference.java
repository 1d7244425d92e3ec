package io.gradwatch.drift;

import io.gradwatch.drift.DriftReading.GroupDrift;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A baseline at work: all that follows from it under the settings.
 *
 * @param baseline what is normal
 * @param id identifies the baseline
 * @param settings when somebody is told
 * @param scorer turns windows into its scores
 * @param shortcoming why it cannot carry the budget; null if it can
 * @param watch the comparison; null where there is a shortcoming
 * @param comparer what is shown beside the alarm
 * @param soonestPage windows that a severe drift of one score takes to page
 */
record Reference(
    Baseline baseline,
    String id,
    DriftSettings settings,
    Scorer scorer,
    @Nullable String shortcoming,
    @Nullable Watch watch,
    Comparer comparer,
    int soonestPage) {

  /** Puts a baseline to work, with the scores of earlier live windows. */
  static Reference of(Baseline baseline, DriftSettings settings, Iterable<WindowScores> pool) {
    Scorer scorer = new Scorer(baseline, settings);
    String shortcoming = baseline.shortcoming(settings);
    int oneSided = Math.max(1, scorer.oneSided().size());
    return new Reference(
        baseline,
        baseline.id(),
        settings,
        scorer,
        shortcoming,
        shortcoming == null ? new Watch(scorer, settings.pageLimit(), pool) : null,
        new Comparer(baseline, scorer),
        SoonestPage.windows(settings.pageLimit(), baseline.windows(), oneSided, 1));
  }

  /** Why a window cannot be compared with the baseline, in a sentence; null if it can. */
  @Nullable String difference(Fingerprint live, WindowContributions window) {
    String difference = baseline.fingerprint().difference(live);
    return difference == null ? scorer.defect(window) : difference;
  }

  /** The state of a watch that has seen nothing. */
  WatchState quiet() {
    return WatchState.quiet(id, scorer.oneSided().size());
  }

  /** Each group's part in a reading; empty where the groups are others than the baseline's. */
  List<GroupDrift> groups(WatchState state, WindowContributions window, Fingerprint live) {
    return live.groups().equals(baseline.fingerprint().groups())
        ? Localisation.of(baseline, scorer, settings, state, window)
        : List.of();
  }
}
