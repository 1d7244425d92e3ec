package io.gradwatch.drift;

import io.gradwatch.drift.DriftReading.GroupDrift;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which groups carry the evidence, and how large their effects are.
 *
 * <p>A group's evidence is the sum over its one-sided scores, over (number of one-sided scores x
 * c). The groups' evidences thus add up to the M/c that pages, and by the union bound the chance
 * that <em>any</em> undrifted group is named within T windows is at most T/c.
 */
final class Localisation {
  private Localisation() {}

  /** One part a group, in the baseline's order. */
  static List<GroupDrift> of(
      Baseline baseline,
      Scorer scorer,
      DriftSettings settings,
      WatchState state,
      WindowContributions window) {
    double[] sums = new double[baseline.groups().size()];
    boolean[] moved = new boolean[sums.length];
    for (int i = 0; i < state.evidence().size(); i++) {
      int group = scorer.group(scorer.oneSided().get(i));
      sums[group] += state.evidence().get(i).value();
      moved[group] |= state.alarming().contains(i);
    }
    double total = state.total() * state.evidence().size();
    double bound = Math.max(1, state.evidence().size()) * settings.pageLimit();
    return IntStream.range(0, sums.length)
        .mapToObj(
            group -> {
              GroupBaseline normal = baseline.groups().get(group);
              ScoreBaseline shape = scoredShape(normal);
              return new GroupDrift(
                  normal.name(),
                  normal.scale().scored() || shape != null,
                  scorer.scale(group, window) - normal.scale().median(),
                  scorer.shape(group, window),
                  normal.scale().deadband(Scorer.minScaleEffect(settings)),
                  shape == null ? null : shape.deadband(Scorer.minShapeEffect(settings)),
                  sums[group] / bound,
                  total == 0 ? 0 : sums[group] / total,
                  moved[group]);
            })
        .toList();
  }

  private static @Nullable ScoreBaseline scoredShape(GroupBaseline group) {
    ScoreBaseline shape = group.shape();
    return shape != null && shape.scored() ? shape : null;
  }
}
