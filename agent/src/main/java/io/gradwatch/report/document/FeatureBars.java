package io.gradwatch.report.document;

import io.gradwatch.report.document.Observations.Attribution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the predictions hung on before and after: the input features of largest mean attribution,
 * those first whose share changed most.
 *
 * @param rows at most {@value #ROWS}
 * @param height of the picture
 * @param windows whose attribution is known, before and after together
 */
record FeatureBars(List<Row> rows, String height, int windows) {
  private static final int ROWS = 15;
  private static final double HEIGHT = 26;

  /** A feature. */
  record Row(
      String name,
      String y,
      String text,
      String lower,
      String before,
      String after,
      String from,
      String to) {}

  /** Of windows before and since a turn; no rows where one of the two has none. */
  static FeatureBars of(Observations seen, long turn) {
    List<Attribution> before =
        seen.attribution().stream().filter(window -> window.start() < turn).toList();
    List<Attribution> after =
        seen.attribution().stream().filter(window -> window.start() >= turn).toList();
    if (before.isEmpty() || after.isEmpty()) {
      return new FeatureBars(List.of(), "0", 0);
    }
    Map<String, Double> then = mean(before);
    Map<String, Double> now = mean(after);
    Set<String> names = new TreeSet<>(then.keySet());
    names.addAll(now.keySet());
    List<String> shown =
        names.stream()
            .sorted(
                Comparator.comparingDouble(
                        (String name) -> Math.abs(share(now, name) - share(then, name)))
                    .reversed())
            .limit(ROWS)
            .toList();
    double most =
        shown.stream().mapToDouble(n -> Math.max(share(then, n), share(now, n))).max().orElse(1);
    Axis x = new Axis(0, Math.max(most, 1e-9), 0, 620);
    List<Row> rows = new ArrayList<>();
    for (String name : shown) {
      double y = rows.size() * HEIGHT;
      rows.add(
          new Row(
              HeatMap.shorten(name),
              Axis.attribute(y),
              Axis.attribute(y + 14),
              Axis.attribute(y + 10),
              x.text(share(then, name)),
              x.text(share(now, name)),
              Figure.percent("", share(then, name), "").text(),
              Figure.percent("", share(now, name), "").text()));
    }
    return new FeatureBars(
        rows, Axis.attribute(rows.size() * HEIGHT + 4), before.size() + after.size());
  }

  private static double share(Map<String, Double> shares, String name) {
    return shares.getOrDefault(name, 0.0);
  }

  private static Map<String, Double> mean(List<Attribution> windows) {
    Map<String, Double> mean = new HashMap<>();
    windows.forEach(
        window ->
            window
                .shares()
                .forEach((name, share) -> mean.merge(name, share / windows.size(), Double::sum)));
    return mean;
  }
}
