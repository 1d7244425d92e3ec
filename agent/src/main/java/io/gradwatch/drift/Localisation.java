package io.gradwatch.drift;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.gradwatch.drift.DriftReading.GroupDrift;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.hipparchus.stat.descriptive.rank.Median;
import org.jspecify.annotations.Nullable;

/**
 * Which groups carry the evidence, in which direction, and how large their effects are.
 *
 * <p>A group's evidence is the sum over its one-sided scores, over (number of one-sided scores x
 * c). The groups' evidences thus add up to the M/c that pages. As the evidence of a one-sided score
 * is at most t in the mean after t windows without drift, the sum over the undrifted ones reaches
 * (number) x c within T windows with a chance of at most T/c, and so does any group among them: the
 * rule is family-wise, with no correction for the number of groups left to do. It is the maximal
 * inequality of Shin, Ramdas and Rinaldo, arXiv 2203.03532, on a sum of e-detectors.
 *
 * <p>It is blind to what is common: when an early layer changes, what the later ones see changes
 * with it, so that all of them are named, and rightly. Shares say which score won most, not which
 * one is the cause. One group that shrinks leaves shares of importance to all others, but not of
 * evidence.
 *
 * <p>Immutable, for one reading.
 */
final class Localisation {
  private final Baseline baseline;
  private final Scorer scorer;
  private final DriftSettings settings;
  private final WatchState state;
  private final WindowContributions window;

  /** The indices of a group's one-sided scores, by group; nothing of groups that have none. */
  private final Map<Integer, List<Integer>> sides;

  private Localisation(
      Baseline baseline,
      Scorer scorer,
      DriftSettings settings,
      WatchState state,
      WindowContributions window) {
    this.baseline = baseline;
    this.scorer = scorer;
    this.settings = settings;
    this.state = state;
    this.window = window;
    sides =
        IntStream.range(0, state.evidence().size())
            .boxed()
            .collect(groupingBy(side -> scorer.group(scorer.oneSided().get(side))));
  }

  /** The groups whose units are told, so that a reading of many groups stays small. */
  private Set<Integer> suspects() {
    boolean warned = state.total() >= settings.warningLimit();
    if (!state.drifting() && !warned) {
      return Set.of();
    }
    return sides.keySet().stream()
        .filter(group -> !state.drifting() || moved(group))
        .sorted(Comparator.comparingDouble(this::sum).reversed())
        .limit(state.drifting() ? Suspects.MOST : Suspects.FOREMOST)
        .collect(toUnmodifiableSet());
  }

  /** One part a group, in the baseline's order. */
  static List<GroupDrift> of(
      Baseline baseline,
      Scorer scorer,
      DriftSettings settings,
      WatchState state,
      WindowContributions window) {
    Localisation localisation = new Localisation(baseline, scorer, settings, state, window);
    Set<Integer> suspects = localisation.suspects();
    return IntStream.range(0, baseline.groups().size())
        .mapToObj(group -> localisation.group(group, suspects.contains(group)))
        .toList();
  }

  private GroupDrift group(int group, boolean suspect) {
    GroupBaseline normal = baseline.groups().get(group);
    ScoreBaseline shape = scoredShape(normal);
    double sum = sum(group);
    double total = state.total() * state.evidence().size();
    double bound = Math.max(1, state.evidence().size()) * settings.pageLimit();
    return new GroupDrift(
        normal.name(),
        normal.scale().scored() || shape != null,
        scorer.scale(group, window) - normal.scale().median(),
        scorer.shape(group, window),
        normal.scale().deadband(Scorer.minScaleEffect(settings)),
        shape == null ? null : shape.deadband(Scorer.minShapeEffect(settings)),
        sum / bound,
        total == 0 ? 0 : sum / total,
        moved(group),
        new GroupMove(
            direction(group),
            sum >= bound,
            afterAlarm(group, false),
            afterAlarm(group, true),
            suspect ? scorer.units(group, window) : List.of()));
  }

  private @Nullable Direction direction(int group) {
    return sides(group).stream()
        .filter(side -> evidence(side) > 0)
        .max(Comparator.comparingDouble(this::evidence))
        .map(this::direction)
        .orElse(null);
  }

  private Direction direction(Integer index) {
    OneSidedScore side = scorer.oneSided().get(index);
    if (scorer.scores().get(side.score()).shape()) {
      return Direction.SHAPE;
    }
    return side.up() ? Direction.UP : Direction.DOWN;
  }

  /**
   * The first of the windows that are kept is left out: it may be the one that raised the alarm.
   */
  private @Nullable Double afterAlarm(int group, boolean shape) {
    int score = score(group, shape);
    double[] values =
        state.recent().stream()
            .skip(1)
            .mapToDouble(recent -> score < 0 ? 0 : recent.values()[score])
            .toArray();
    if (score < 0 || values.length == 0) {
      return null;
    }
    double normal = shape ? 0 : baseline.groups().get(group).scale().median();
    return new Median().evaluate(values) - normal;
  }

  private int score(int group, boolean shape) {
    return sides(group).stream()
        .map(side -> scorer.oneSided().get(side).score())
        .filter(score -> scorer.scores().get(score).shape() == shape)
        .findFirst()
        .orElse(-1);
  }

  private double sum(int group) {
    return sides(group).stream().mapToDouble(this::evidence).sum();
  }

  private boolean moved(int group) {
    return sides(group).stream().anyMatch(state.alarming()::contains);
  }

  private double evidence(int side) {
    return state.evidence().get(side).value();
  }

  private List<Integer> sides(int group) {
    return sides.getOrDefault(group, List.of());
  }

  private static @Nullable ScoreBaseline scoredShape(GroupBaseline group) {
    ScoreBaseline shape = group.shape();
    return shape != null && shape.scored() ? shape : null;
  }
}
