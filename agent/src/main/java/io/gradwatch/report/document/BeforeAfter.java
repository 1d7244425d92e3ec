package io.gradwatch.report.document;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.report.document.Observations.Window;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * How much each group matters, before and after: a bar from the baseline to the newest window, on a
 * logarithmic axis.
 *
 * @param rows the largest share of the evidence first
 * @param one place of the baseline
 * @param ticks labels of the axis
 * @param height of the picture
 * @param bottom where the rows end
 * @param shares whether shares of the importance before and after are known
 * @param left out for want of room
 */
record BeforeAfter(
    List<Row> rows,
    String one,
    List<Timeline.Label> ticks,
    String height,
    String bottom,
    boolean shares,
    int left) {
  private static final double WIDEST = Math.log(8);
  private static final double HEIGHT = 22;

  /**
   * A group.
   *
   * @param before median share of the importance in windows before the drift; a dash where unknown
   * @param after in those since; of quiet traffic: in the second half of the time
   */
  record Row(
      String name,
      String y,
      String text,
      String from,
      String width,
      String dot,
      String kind,
      String factor,
      String shape,
      String before,
      String after,
      String evidence,
      boolean moved) {}

  static BeforeAfter of(Observations seen) {
    DriftReading last = seen.traffic().get(seen.traffic().size() - 1);
    List<GroupDrift> groups =
        last.groups().stream()
            .sorted(Comparator.comparingDouble(GroupDrift::share).reversed())
            .toList();
    Axis x = new Axis(-WIDEST, WIDEST, HeatMap.LEFT, 900);
    long turn = turn(seen);
    List<Row> rows = new ArrayList<>();
    for (GroupDrift group : groups.subList(0, Math.min(Findings.GROUPS, groups.size()))) {
      rows.add(row(group, seen, turn, x, rows.size() * HEIGHT));
    }
    double bottom = rows.size() * HEIGHT;
    return new BeforeAfter(
        rows,
        x.text(0.0),
        ticks(x),
        Axis.attribute(bottom + 28),
        Axis.attribute(bottom + 18),
        !seen.windows().isEmpty(),
        groups.size() - rows.size());
  }

  /** When before ends and after begins: the onset, the end of a drift, or the middle. */
  static long turn(Observations seen) {
    List<DriftReading> traffic = seen.traffic();
    DriftReading last = traffic.get(traffic.size() - 1);
    Long onset = last.onset();
    return onset == null ? traffic.get(traffic.size() / 2).start() : onset;
  }

  private static Row row(GroupDrift group, Observations seen, long turn, Axis x, double y) {
    GroupFinding finding = GroupFinding.of(group, group.name());
    double effect =
        finding.factor().value() instanceof Double factor ? Math.log(factor) : group.scaleEffect();
    double from = Math.min(x.at(0.0), x.at(effect));
    Figure shape = finding.shape();
    return new Row(
        HeatMap.shorten(group.name()),
        Axis.attribute(y),
        Axis.attribute(y + 15),
        Axis.attribute(from),
        Axis.attribute(Math.abs(x.at(effect) - x.at(0.0))),
        x.text(effect),
        !group.scored() ? "none" : effect < 0 ? "less" : "more",
        group.scored() ? "× " + String.format(Locale.ROOT, "%.2f", Math.exp(effect)) : "not scored",
        shape == null ? "–" : shape.text(),
        share(seen, group.name(), start -> start < turn),
        share(seen, group.name(), start -> start >= turn),
        finding.evidence().text(),
        group.moved());
  }

  private static String share(Observations seen, String group, LongPredicate when) {
    List<Double> shares =
        seen.windows().stream()
            .filter(window -> when.test(window.start()))
            .map(Window::shares)
            .filter(all -> all.containsKey(group))
            .map(all -> all.get(group))
            .sorted()
            .toList();
    Double median = shares.isEmpty() ? null : shares.get(shares.size() / 2);
    return text(median);
  }

  private static String text(@Nullable Double share) {
    return share == null ? "–" : Figure.percent("", share, "").text();
  }

  private static List<Timeline.Label> ticks(Axis x) {
    List<Timeline.Label> labels = new ArrayList<>();
    for (double factor : new double[] {0.125, 0.25, 0.5, 1, 2, 4, 8}) {
      String text = factor < 1 ? "1/" + Math.round(1 / factor) : "× " + Math.round(factor);
      labels.add(new Timeline.Label(x.text(Math.log(factor)), text, "middle"));
    }
    return labels;
  }
}
