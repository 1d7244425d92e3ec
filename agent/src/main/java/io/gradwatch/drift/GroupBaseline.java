package io.gradwatch.drift;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is normal for one group.
 *
 * @param name the group
 * @param scale log of the mean contribution; not scored where the group is constant or was ever
 *     zero
 * @param shape 1 - cosine of a window's unit profile and the mean direction of the <em>other</em>
 *     baseline windows; null below 3 units
 * @param direction mean of the unit-length profiles of all baseline windows, one entry a unit or
 *     bin; empty where {@code shape} is null
 */
public record GroupBaseline(
    String name, ScoreBaseline scale, @Nullable ScoreBaseline shape, List<Double> direction) {
  private static final int UNITS = 3;

  /** Sums of float32 products round at about 1e-6. */
  private static final double SMALLEST_SCALE_DEVIATION = 1e-5;

  private static final double SMALLEST_SHAPE_DEVIATION = 1e-4;

  public GroupBaseline {
    direction = List.copyOf(direction);
  }

  /** Summarises one group's windows, in time's order. */
  static GroupBaseline of(String name, List<Contribution> windows, Slots slots) {
    double[] logs = windows.stream().mapToDouble(GroupBaseline::scale).toArray();
    ScoreBaseline scale = ScoreBaseline.of(logs, SMALLEST_SCALE_DEVIATION, slots);
    if (windows.stream().anyMatch(window -> window.mean() == 0)) {
      scale = scale.unscored();
    }
    int units = windows.get(0).profile().length;
    if (units < UNITS || windows.stream().anyMatch(w -> w.profile().length != units)) {
      return new GroupBaseline(name, scale, null, List.of());
    }
    List<double[]> directions =
        windows.stream().map(window -> UnitProfile.direction(window.profile())).toList();
    double[] sum = new double[units];
    for (double[] direction : directions) {
      add(sum, direction, 1);
    }
    ScoreBaseline shape =
        ScoreBaseline.of(leaveOneOut(directions, sum), SMALLEST_SHAPE_DEVIATION, slots);
    List<Double> mean = new ArrayList<>(units);
    for (double entry : sum) {
      mean.add(entry / windows.size());
    }
    return new GroupBaseline(name, scale, shape, mean);
  }

  /** The same where scales and shapes share so much slow variance; see {@link SerialDependence}. */
  GroupBaseline dependent(double scales, double shapes) {
    return new GroupBaseline(
        name, scale.dependent(scales), shape == null ? null : shape.dependent(shapes), direction);
  }

  /** Whether its parts are whole; see {@link ScoreBaseline#holds}. */
  boolean holds(int windows, int slots) {
    return scale.holds(windows, slots)
        && (shape == null
            ? direction.isEmpty()
            : shape.holds(windows, slots) && direction.stream().allMatch(Double::isFinite));
  }

  /** The scale of a contribution: its log, with zero taken as the smallest normal number. */
  static double scale(Contribution contribution) {
    return Math.log(Math.max(contribution.mean(), Double.MIN_NORMAL));
  }

  /** Shapes of the windows as they would be had they not made the mean themselves. */
  private static double[] leaveOneOut(List<double[]> directions, double[] sum) {
    double[] shapes = new double[directions.size()];
    for (int window = 0; window < shapes.length; window++) {
      double[] others = sum.clone();
      add(others, directions.get(window), -1);
      shapes[window] = UnitProfile.shape(directions.get(window), others);
    }
    return shapes;
  }

  private static void add(double[] sum, double[] direction, double factor) {
    for (int unit = 0; unit < sum.length; unit++) {
      sum[unit] += factor * direction[unit];
    }
  }
}
