package io.gradwatch.report;

import io.gradwatch.drift.Comparison;
import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.FeatureDrift;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The last windows of each model, in the little that a page draws of them: at most {@value
 * #WINDOWS} a model and kind, and of each the {@value #GROUPS} groups with the largest share of the
 * evidence.
 *
 * <p>In memory only; whoever restarts reads the drift topic again. Readings may come in any order,
 * and twice: of one window the last one counts. Thread-safe.
 */
public final class ReadingHistory {
  /** With windows of five minutes, 41 hours. */
  public static final int WINDOWS = 500;

  /** More rows than people can compare. */
  static final int GROUPS = 32;

  private static final MathContext FOUR_DIGITS = new MathContext(4);

  private record Key(String model, DriftKind kind) {}

  /** One window. */
  private record Point(
      String version,
      String status,
      double evidence,
      double warningEvidence,
      @Nullable FeatureDrift inputs,
      @Nullable FeatureDrift outputs,
      Map<String, Cell> groups) {}

  /** One group in one window. */
  private record Cell(float scale, @Nullable Float shape) {}

  private final Map<Key, NavigableMap<Long, Point>> histories = new HashMap<>();

  /** The module's order of the groups, as the newest window has them. */
  private final Map<Key, List<String>> orders = new HashMap<>();

  /** Group names as they were first seen: readings bring a copy of each. */
  private final Map<String, String> names = new HashMap<>();

  /**
   * A history in columns, one entry a window in each list, oldest first.
   *
   * @param limit windows that are kept
   * @param ends ends of the windows, milliseconds since 1970-01-01 UTC
   * @param status in lower case
   * @param evidence of drift over its limit: 1 pages
   * @param warningEvidence the same over the limit of warnings
   * @param inputs largest distance of an input feature from the baseline, 0 to 1; null where it was
   *     not compared
   * @param inputsMoved features that moved; null likewise
   * @param outputs as {@code inputs}
   * @param outputsMoved as {@code inputsMoved}
   * @param groups those that are farthest from the baseline in any of the windows, in the module's
   *     order
   * @param versions which version of the model each stretch of windows is of
   */
  public record Columns(
      int limit,
      List<Long> ends,
      List<String> status,
      List<Double> evidence,
      List<Double> warningEvidence,
      List<@Nullable Double> inputs,
      List<@Nullable Integer> inputsMoved,
      List<@Nullable Double> outputs,
      List<@Nullable Integer> outputsMoved,
      List<Row> groups,
      List<Stretch> versions) {}

  /**
   * A group's row of the heat map, one entry a window.
   *
   * @param scale log of its importance against the baseline's median; null where it is not known
   * @param shape 1 - cosine of its units' profile and the baseline's; null likewise
   */
  public record Row(String name, List<@Nullable Float> scale, List<@Nullable Float> shape) {}

  /**
   * Windows of one version.
   *
   * @param from end of the first of them
   */
  public record Stretch(long from, String version) {}

  /** Takes a reading in. */
  public synchronized void add(DriftReading reading) {
    Key key = new Key(reading.model(), reading.kind());
    NavigableMap<Long, Point> history = histories.computeIfAbsent(key, none -> new TreeMap<>());
    history.put(reading.end(), point(reading));
    if (history.lastKey() == reading.end()) {
      orders.put(key, reading.groups().stream().map(GroupDrift::name).map(this::interned).toList());
    }
    while (history.size() > WINDOWS) {
      history.pollFirstEntry();
    }
  }

  /** Forgets all models but these. */
  public synchronized void retain(Collection<String> models) {
    Set<String> kept = Set.copyOf(models);
    histories.keySet().removeIf(key -> !kept.contains(key.model()));
    orders.keySet().retainAll(histories.keySet());
  }

  /** What is known of a model; without windows if nothing is. */
  public synchronized Columns columns(String model, DriftKind kind) {
    Key key = new Key(model, kind);
    NavigableMap<Long, Point> history = histories.getOrDefault(key, new TreeMap<>());
    List<Point> points = List.copyOf(history.values());
    return new Columns(
        WINDOWS,
        List.copyOf(history.keySet()),
        column(points, Point::status),
        column(points, point -> rounded(point.evidence())),
        column(points, point -> rounded(point.warningEvidence())),
        column(points, point -> point.inputs() == null ? null : rounded(point.inputs().distance())),
        column(points, point -> point.inputs() == null ? null : point.inputs().moved()),
        column(
            points, point -> point.outputs() == null ? null : rounded(point.outputs().distance())),
        column(points, point -> point.outputs() == null ? null : point.outputs().moved()),
        foremost(points, orders.getOrDefault(key, List.of())).stream()
            .map(name -> row(name, points))
            .toList(),
        stretches(history));
  }

  private Point point(DriftReading reading) {
    Comparison comparison = reading.comparison();
    Map<String, Cell> groups =
        reading.groups().stream()
            .filter(GroupDrift::scored)
            .sorted(
                Comparator.comparing(GroupDrift::moved).thenComparing(GroupDrift::share).reversed())
            .limit(GROUPS)
            .collect(
                Collectors.toMap(
                    group -> interned(group.name()), ReadingHistory::cell, (a, b) -> a));
    return new Point(
        reading.version().toString(),
        ReadingLine.label(reading.status()),
        reading.evidence(),
        reading.warningEvidence(),
        comparison == null ? null : comparison.inputs(),
        comparison == null ? null : comparison.outputs(),
        groups);
  }

  private String interned(String name) {
    String known = names.putIfAbsent(name, name);
    return known == null ? name : known;
  }

  private static Cell cell(GroupDrift group) {
    Double shape = group.shape();
    return new Cell((float) group.scaleEffect(), shape == null ? null : shape.floatValue());
  }

  /** The names of the rows: what the newest window has in its order, then the others by name. */
  private static List<String> foremost(List<Point> points, List<String> order) {
    Map<String, Double> farthest = new HashMap<>();
    for (Point point : points) {
      point
          .groups()
          .forEach(
              (name, cell) -> farthest.merge(name, (double) Math.abs(cell.scale()), Math::max));
    }
    Set<String> shown = ShownGroups.heaviest(farthest, GROUPS).names();
    return Stream.concat(
            order.stream().filter(shown::contains),
            shown.stream().filter(name -> !order.contains(name)).sorted())
        .toList();
  }

  private static Row row(String name, List<Point> points) {
    return new Row(
        name,
        column(
            points,
            point -> {
              Cell cell = point.groups().get(name);
              return cell == null ? null : rounded(cell.scale());
            }),
        column(
            points,
            point -> {
              Cell cell = point.groups().get(name);
              return cell == null || cell.shape() == null ? null : rounded(cell.shape());
            }));
  }

  private static List<Stretch> stretches(NavigableMap<Long, Point> history) {
    List<Stretch> stretches = new ArrayList<>();
    history.forEach(
        (end, point) -> {
          if (stretches.isEmpty()
              || !stretches.get(stretches.size() - 1).version().equals(point.version())) {
            stretches.add(new Stretch(end, point.version()));
          }
        });
    return stretches;
  }

  private static <T> List<@Nullable T> column(
      List<Point> points, Function<Point, @Nullable T> value) {
    List<@Nullable T> column = new ArrayList<>(points.size());
    points.forEach(point -> column.add(value.apply(point)));
    return column;
  }

  private static float rounded(float value) {
    return Math.round(value * 1e4f) / 1e4f;
  }

  /** Four digits: nobody reads more off a chart, and the page asks for hundreds of them. */
  private static double rounded(double value) {
    return Double.isFinite(value) && value != 0
        ? new BigDecimal(value).round(FOUR_DIGITS).doubleValue()
        : value;
  }
}
