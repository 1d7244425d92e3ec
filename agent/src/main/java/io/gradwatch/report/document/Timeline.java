package io.gradwatch.report.document;

import io.gradwatch.drift.Comparison;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.FeatureDrift;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The evidence over time with its limits, how many inputs and outputs moved below it, and the
 * status as a strip: places and texts of a picture.
 *
 * @param evidence paths of the evidence, one a stretch without gaps
 * @param inputs paths of the share of input features that moved; none where nothing is known
 * @param outputs likewise of outputs
 * @param limit height of the limit that pages
 * @param warning height of the limit of warnings; empty where it is not known
 * @param statuses stretches of one status
 * @param marks times that the text speaks of
 * @param times labels of the horizontal axis
 * @param levels labels of the vertical axis of the evidence
 * @param description for those who do not see it
 */
record Timeline(
    List<String> evidence,
    List<String> inputs,
    List<String> outputs,
    String limit,
    String warning,
    List<Stretch> statuses,
    List<Label> marks,
    List<Label> times,
    List<Label> levels,
    String description) {
  static final double LEFT = 64;
  static final double RIGHT = 940;
  private static final double LOWEST = 1e-3;
  private static final double HIGHEST = 100;
  private static final int POINTS = 600;
  private static final int LABELS = 6;

  /** Missing for more windows than this, a line would claim what nobody knows. */
  private static final int GAP = 3;

  /** Text at a place. */
  record Label(String at, String text, String kind) {}

  /** A stretch of the strip. */
  record Stretch(String from, String width, String status, boolean wide) {}

  /** Of readings in time's order, at least one. */
  static Timeline of(Observations seen) {
    List<DriftReading> readings = seen.traffic();
    DriftReading last = readings.get(readings.size() - 1);
    // Without a baseline there is no evidence, which is not the same as evidence of 0.
    List<DriftReading> judged = readings.stream().filter(r -> r.soonestPage() != null).toList();
    Times times = Times.of(seen);
    Axis x = new Axis(readings.get(0).start(), last.end(), LEFT, RIGHT);
    Axis y = new Axis(Math.log10(LOWEST), Math.log10(HIGHEST), 220, 20);
    Axis share = new Axis(0, 1, 320, 260);
    double ratio = last.warningEvidence() / last.evidence();
    return new Timeline(
        paths(judged, x, y, r -> Math.log10(Math.max(LOWEST, r.evidence()))),
        compared(readings, x, share, true),
        compared(readings, x, share, false),
        y.text(0.0),
        last.evidence() > 0 && ratio > 1 ? y.text(-Math.log10(ratio)) : "",
        statuses(readings, x),
        marks(readings, x, times),
        times(readings, x, times),
        levels(y),
        "Evidence of drift over the limit that pages, window by window, on a logarithmic axis from "
            + "0.1 % to 10,000 %.");
  }

  private static List<String> compared(
      List<DriftReading> readings, Axis x, Axis y, boolean inputs) {
    List<DriftReading> known = readings.stream().filter(r -> features(r, inputs) != null).toList();
    return paths(
        known,
        x,
        y,
        r -> {
          FeatureDrift drift = features(r, inputs);
          return drift == null ? 0 : (double) drift.moved() / Math.max(1, drift.compared());
        });
  }

  private static @Nullable FeatureDrift features(DriftReading reading, boolean inputs) {
    Comparison comparison = reading.comparison();
    return comparison == null ? null : inputs ? comparison.inputs() : comparison.outputs();
  }

  /** Lines through the largest value of each of at most so many bins. */
  private static List<String> paths(
      List<DriftReading> readings, Axis x, Axis y, ToDoubleFunction<DriftReading> value) {
    List<String> paths = new ArrayList<>();
    StringBuilder path = new StringBuilder();
    int bin = Math.max(1, (readings.size() + POINTS - 1) / POINTS);
    for (int i = 0; i < readings.size(); i += bin) {
      List<DriftReading> some = readings.subList(i, Math.min(readings.size(), i + bin));
      double largest = some.stream().mapToDouble(value).max().orElse(0);
      if (i > 0 && broken(readings.get(i - 1), readings.get(i)) && path.length() > 0) {
        paths.add(path.toString());
        path.setLength(0);
      }
      path.append(path.length() == 0 ? "M" : " L")
          .append(x.text(some.get(some.size() - 1).end()))
          .append(' ')
          .append(y.text(largest));
    }
    if (path.length() > 0) {
      paths.add(path + (path.indexOf("L") < 0 ? " h 2" : ""));
    }
    return paths;
  }

  private static boolean broken(DriftReading before, DriftReading after) {
    long length = Math.max(1, after.end() - after.start());
    return !before.version().equals(after.version()) || after.start() - before.end() > GAP * length;
  }

  private static List<Stretch> statuses(List<DriftReading> readings, Axis x) {
    List<Stretch> stretches = new ArrayList<>();
    for (int i = 0; i < readings.size(); ) {
      int to = i;
      while (to + 1 < readings.size()
          && readings.get(to + 1).status() == readings.get(i).status()) {
        to++;
      }
      double from = x.at(readings.get(i).start());
      double width = Math.max(1, x.at(readings.get(to).end()) - from);
      String status = readings.get(i).status().name();
      stretches.add(
          new Stretch(
              Axis.attribute(from),
              Axis.attribute(width),
              status.toLowerCase(Locale.ROOT),
              width > 8.5 * status.length()));
      i = to + 1;
    }
    return stretches;
  }

  private static List<Label> marks(List<DriftReading> readings, Axis x, Times times) {
    List<Label> marks = new ArrayList<>();
    DriftReading last = readings.get(readings.size() - 1);
    if (last.onset() != null && last.onset() >= readings.get(0).start()) {
      marks.add(mark(x.at(last.onset()), "drift since " + times.shortText(last.onset())));
    }
    for (int i = 1; i < readings.size(); i++) {
      if (!readings.get(i).version().equals(readings.get(i - 1).version())) {
        marks.add(
            mark(x.at(readings.get(i).start()), "version " + readings.get(i).version().name()));
      }
    }
    return marks.size() > LABELS ? marks.subList(0, LABELS) : marks;
  }

  /** Its text stands on the side that has room for it. */
  private static Label mark(double at, String text) {
    return new Label(Axis.attribute(at), text, at > (LEFT + RIGHT) / 2 ? "end" : "start");
  }

  static List<Label> times(List<DriftReading> readings, Axis x, Times times) {
    List<Label> labels = new ArrayList<>();
    long first = readings.get(0).start();
    long span = readings.get(readings.size() - 1).end() - first;
    for (int i = 0; i < LABELS; i++) {
      long at = first + span * i / (LABELS - 1);
      String kind = i == 0 ? "start" : i == LABELS - 1 ? "end" : "middle";
      labels.add(new Label(x.text(at), times.shortText(at), kind));
    }
    return labels;
  }

  private static List<Label> levels(Axis y) {
    List<Label> labels = new ArrayList<>();
    for (int power = -3; power <= 2; power++) {
      String text =
          power < -2 ? "0.1 %" : "%,d %%".formatted(Math.round(100 * Math.pow(10, power)));
      labels.add(new Label(y.text((double) power), text, ""));
    }
    return labels;
  }
}
