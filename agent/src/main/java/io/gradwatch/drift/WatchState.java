package io.gradwatch.drift;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has been seen since the baseline; the pool of scores is kept beside it.
 *
 * @param baseline identifies the baseline that the evidence was gathered against; empty before
 *     there is one
 * @param evidence one a one-sided score
 * @param onset start of the first window since the evidence was last below 1 % of the limit; null
 *     while it is; stays as it was at the alarm while {@code drifting}
 * @param drifting whether an alarm was raised and the traffic has not recovered since
 * @param alarming indices of the one-sided scores that carry the drift, ascending; empty unless
 *     {@code drifting}
 * @param recent the last windows since the alarm, at most 10; empty unless {@code drifting}
 */
public record WatchState(
    String baseline,
    List<Evidence> evidence,
    @Nullable Long onset,
    boolean drifting,
    List<Integer> alarming,
    List<WindowScores> recent) {
  static final WatchState NONE = quiet("", 0);

  public WatchState {
    evidence = List.copyOf(evidence);
    alarming = List.copyOf(alarming);
    recent = List.copyOf(recent);
  }

  /** Nothing seen yet of any of {@code oneSided} scores. */
  static WatchState quiet(String baseline, int oneSided) {
    return new WatchState(
        baseline, Collections.nCopies(oneSided, Evidence.NONE), null, false, List.of(), List.of());
  }

  /** Whether it was gathered by a watch of these scores. */
  boolean fits(Scorer scorer) {
    return evidence.size() == scorer.oneSided().size()
        && alarming.stream().allMatch(i -> i >= 0 && i < evidence.size())
        && recent.stream().allMatch(scores -> scores.fits(scorer));
  }

  /** M: the mean of the evidence over all one-sided scores; 0 where there are none. */
  double total() {
    double sum = 0;
    for (Evidence one : evidence) {
      sum += one.value();
    }
    return evidence.isEmpty() ? 0 : sum / evidence.size();
  }
}
