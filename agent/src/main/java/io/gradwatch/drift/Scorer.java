package io.gradwatch.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns windows into score vectors, as a baseline says: per group the scale and the shape, as far
 * as each is scored.
 *
 * <p>Scale alone is not enough: on a real robot policy a change of task is plain per scalar and
 * invisible in whole tensors.
 *
 * <p>Immutable, any thread.
 */
final class Scorer {
  private final Seasonality seasonality;
  private final List<GroupBaseline> groups;
  private final List<double[]> directions;
  private final List<Score> scores;
  private final List<OneSidedScore> oneSided;

  /** One number a window. */
  record Score(int group, boolean shape, ScoreBaseline baseline, double minEffect) {
    double deadband() {
      return baseline.deadband(minEffect);
    }
  }

  Scorer(Baseline baseline, DriftSettings settings) {
    seasonality = baseline.fingerprint().seasonality();
    groups = baseline.groups();
    directions = groups.stream().map(group -> array(group.direction())).toList();
    List<Score> found = new ArrayList<>();
    for (int group = 0; group < groups.size(); group++) {
      ScoreBaseline scale = groups.get(group).scale();
      if (scale.scored()) {
        found.add(new Score(group, false, scale, minScaleEffect(settings)));
      }
      ScoreBaseline shape = groups.get(group).shape();
      if (shape != null && shape.scored()) {
        found.add(new Score(group, true, shape, minShapeEffect(settings)));
      }
    }
    scores = List.copyOf(found);
    oneSided = sides(scores);
  }

  private static List<OneSidedScore> sides(List<Score> scores) {
    List<OneSidedScore> sides = new ArrayList<>();
    for (int score = 0; score < scores.size(); score++) {
      sides.add(new OneSidedScore(score, true));
      if (!scores.get(score).shape()) {
        sides.add(new OneSidedScore(score, false));
      }
    }
    return List.copyOf(sides);
  }

  /** A relative change r is log(1 + r) on a scale. */
  static double minScaleEffect(DriftSettings settings) {
    return Math.log1p(settings.minEffect());
  }

  /** A cosine falls with the square of a relative change. */
  static double minShapeEffect(DriftSettings settings) {
    return settings.minEffect() * settings.minEffect();
  }

  List<Score> scores() {
    return scores;
  }

  List<OneSidedScore> oneSided() {
    return oneSided;
  }

  /** The group that a one-sided score belongs to. */
  int group(OneSidedScore side) {
    return scores.get(side.score()).group();
  }

  /** Why a window of the baseline's fingerprint has no scores all the same; null if it has. */
  @Nullable String defect(WindowContributions window) {
    int slot = seasonality.slot(window.start());
    for (Score score : scores) {
      if (Double.isNaN(score.baseline().level(slot))) {
        return "the baseline has too few windows of " + seasonality.name(slot);
      }
      if (score.shape() && shape(score.group(), window) == null) {
        return "the baseline does not fit: group '%s' had %d units or bins and has %d now"
            .formatted(
                groups.get(score.group()).name(),
                directions.get(score.group()).length,
                window.groups().get(score.group()).profile().length);
      }
    }
    return null;
  }

  /** The score vector of a window that has no {@link #defect}. */
  WindowScores score(WindowContributions window) {
    float[] values = new float[scores.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value(scores.get(i), window);
    }
    return new WindowScores(window.start(), values);
  }

  private double value(Score score, WindowContributions window) {
    if (!score.shape()) {
      return scale(score.group(), window);
    }
    Double shape = shape(score.group(), window);
    return (shape == null ? 0 : shape) - score.baseline().level(seasonality.slot(window.start()));
  }

  /** Log of a group's mean contribution, less what is normal in the window's slot. */
  double scale(int group, WindowContributions window) {
    double level = groups.get(group).scale().level(seasonality.slot(window.start()));
    return GroupBaseline.scale(window.groups().get(group)) - (Double.isNaN(level) ? 0 : level);
  }

  /** A group's 1 - cosine against the baseline's mean direction; null below 3 units. */
  @Nullable Double shape(int group, WindowContributions window) {
    float[] profile = window.groups().get(group).profile();
    double[] mean = directions.get(group);
    return mean.length == 0 || profile.length != mean.length
        ? null
        : UnitProfile.shape(UnitProfile.direction(profile), mean);
  }

  private static double[] array(List<Double> list) {
    double[] array = new double[list.size()];
    Arrays.setAll(array, list::get);
    return array;
  }
}
