package io.gradwatch.report.document;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What happened to each group in each window: one row a group, one colour a step of the effect.
 *
 * @param rows the groups with the largest evidence of any window first
 * @param times labels of the horizontal axis
 * @param height of the picture
 * @param bottom where the rows end
 * @param left out for want of room
 */
record HeatMap(List<Row> rows, List<Timeline.Label> times, String height, String bottom, int left) {
  /** Where the names of the groups end. */
  static final double LEFT = 220;

  private static final int ROWS = 24;
  private static final int COLUMNS = 120;
  private static final double HEIGHT = 20;

  /** Factors from which the next colour starts: 10 %, 25 %, 60 % and 150 % more. */
  private static final double[] STEPS = {
    Math.log(1.1), Math.log(1.25), Math.log(1.6), Math.log(2.5)
  };

  /** The same of shape distances. */
  private static final double[] SHAPES = {0.01, 0.03, 0.1, 0.3};

  /** A group. */
  record Row(String name, String y, String text, List<Cell> cells) {}

  /**
   * Neighbouring windows of one colour.
   *
   * @param step -4 (much less) to 4 (much more), of shapes 0 to 4; for a class name
   */
  record Cell(String x, String width, String step) {}

  /** Of the scale effects: blue for less, orange for more. */
  static HeatMap ofScales(Observations seen) {
    return of(seen, group -> group.scored() ? group.scaleEffect() : Double.NaN, STEPS);
  }

  /** Of the shape distances, as far as they are above what is usual for a group. */
  static HeatMap ofShapes(Observations seen) {
    Map<String, Double> usual = usualShapes(seen);
    return of(
        seen, group -> Math.max(0, shape(group) - usual.getOrDefault(group.name(), 0.0)), SHAPES);
  }

  private static double shape(GroupDrift group) {
    Double shape = group.shape();
    return shape == null || group.shapeDeadband() == null ? Double.NaN : shape;
  }

  /** The median shape distance of each group in the windows before the turn. */
  private static Map<String, Double> usualShapes(Observations seen) {
    long turn = BeforeAfter.turn(seen);
    Map<String, List<Double>> shapes = new HashMap<>();
    for (DriftReading reading : seen.traffic()) {
      for (GroupDrift group : reading.start() < turn ? reading.groups() : List.<GroupDrift>of()) {
        if (!Double.isNaN(shape(group))) {
          shapes.computeIfAbsent(group.name(), name -> new ArrayList<>()).add(shape(group));
        }
      }
    }
    Map<String, Double> usual = new HashMap<>();
    shapes.forEach(
        (name, some) ->
            usual.put(name, some.stream().sorted().skip(some.size() / 2).findFirst().orElse(0.0)));
    return usual;
  }

  private static HeatMap of(
      Observations seen, ToDoubleFunction<GroupDrift> effect, double[] steps) {
    List<DriftReading> readings =
        seen.traffic().stream().filter(reading -> !reading.groups().isEmpty()).toList();
    if (readings.isEmpty()) {
      return new HeatMap(List.of(), List.of(), "0", "0", 0);
    }
    List<String> names = names(readings, effect);
    List<String> shown = names.subList(0, Math.min(ROWS, names.size()));
    DriftReading last = readings.get(readings.size() - 1);
    Axis x = new Axis(readings.get(0).start(), last.end(), LEFT, Timeline.RIGHT);
    List<Row> rows = new ArrayList<>();
    for (String name : shown) {
      double y = rows.size() * HEIGHT;
      rows.add(
          new Row(
              shorten(name),
              Axis.attribute(y),
              Axis.attribute(y + 14),
              cells(readings, name, effect, steps, x)));
    }
    double bottom = rows.size() * HEIGHT;
    return new HeatMap(
        rows,
        Timeline.times(readings, x, Times.of(seen)),
        Axis.attribute(bottom + 26),
        Axis.attribute(bottom + 18),
        names.size() - shown.size());
  }

  /** Those with any number, the largest evidence first. */
  private static List<String> names(
      List<DriftReading> readings, ToDoubleFunction<GroupDrift> effect) {
    Map<String, Double> largest = new HashMap<>();
    for (DriftReading reading : readings) {
      for (GroupDrift group : reading.groups()) {
        if (!Double.isNaN(effect.applyAsDouble(group))) {
          largest.merge(group.name(), group.evidence(), Math::max);
        }
      }
    }
    return largest.entrySet().stream()
        .sorted(
            Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static List<Cell> cells(
      List<DriftReading> readings,
      String name,
      ToDoubleFunction<GroupDrift> effect,
      double[] steps,
      Axis x) {
    List<Cell> cells = new ArrayList<>();
    int bin = Math.max(1, (readings.size() + COLUMNS - 1) / COLUMNS);
    String step = null;
    double from = 0;
    double to = 0;
    for (int i = 0; i < readings.size(); i += bin) {
      List<DriftReading> some = readings.subList(i, Math.min(readings.size(), i + bin));
      String next = step(largest(some, name, effect), steps);
      double start = x.at(some.get(0).start());
      if (!next.equals(step) || start - to > 1) {
        add(cells, from, to, step);
        step = next;
        from = start;
      }
      to = x.at(some.get(some.size() - 1).end());
    }
    add(cells, from, to, step);
    return cells;
  }

  private static void add(List<Cell> cells, double from, double to, @Nullable String step) {
    if (step != null && !step.isEmpty()) {
      cells.add(new Cell(Axis.attribute(from), Axis.attribute(to - from + 0.2), step));
    }
  }

  /** The effect that lies farthest from none; NaN where there is none. */
  private static double largest(
      List<DriftReading> readings, String name, ToDoubleFunction<GroupDrift> effect) {
    double largest = Double.NaN;
    for (DriftReading reading : readings) {
      for (GroupDrift group : reading.groups()) {
        double value = group.name().equals(name) ? effect.applyAsDouble(group) : Double.NaN;
        if (!Double.isNaN(value) && !(Math.abs(value) < Math.abs(largest))) {
          largest = value;
        }
      }
    }
    return largest;
  }

  private static String step(double effect, double[] steps) {
    if (Double.isNaN(effect)) {
      return "";
    }
    int step = 0;
    while (step < steps.length && Math.abs(effect) >= steps[step]) {
      step++;
    }
    return step == 0 ? "none" : (effect < 0 ? "less" : "more") + step;
  }

  /** The end of a long name tells more than its start. */
  static String shorten(String name) {
    return name.length() <= 30 ? name : "…" + name.substring(name.length() - 29);
  }
}
