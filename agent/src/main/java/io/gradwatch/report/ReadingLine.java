package io.gradwatch.report;

import io.gradwatch.drift.Comparison;
import io.gradwatch.drift.Direction;
import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.FeatureDrift;
import io.gradwatch.drift.GroupMove;
import io.gradwatch.report.Alert.MovedGroup;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A reading as one line of at most {@value #WIDTH} characters, for terminals and logs.
 *
 * <pre>{@code
 * 14:05:00  mnist         512  STABLE        [##........]   0.3%
 * 14:10:00  mnist         512  DRIFT         [##########]   185%  conv2.weight* up +34% (62%)
 * }</pre>
 *
 * <p>The window's end in event time (UTC), model, samples, status, evidence over the page limit as
 * a bar and in percent, then the groups that moved, or what keeps the budget from being promised. A
 * reading of the concept has that in place of the model, the line above it names. Where {@linkplain
 * FeatureDrift inputs} moved it says so, {@code inputs moved (12/64)}, with {@code , reliance not}
 * where the window's importance lies within what the baseline has seen; and {@code , inputs not}
 * after the groups of a drift that no input shows. The bar is logarithmic, from 0.1 % to 100 %:
 * evidence of a drift grows by a factor a window, and a linear bar would fill only in the last one.
 */
public final class ReadingLine {
  static final int WIDTH = 100;
  private static final int CELLS = 10;
  private static final int DECADES = 3;

  /** Said of inputs that moved in a window whose importance is as ever. */
  private static final String QUIET = ", reliance not";

  /** Said of a drift that no input feature shows by itself. */
  private static final String STILL = ", inputs not";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private ReadingLine() {}

  /** The line of a reading, without a line break. */
  public static String of(DriftReading reading) {
    return of(TIME.format(Instant.ofEpochMilli(reading.end())), reading);
  }

  /**
   * The same with the window's number in place of its end, for windows whose times are made up.
   *
   * @param window from 0
   */
  public static String numbered(int window, DriftReading reading) {
    return of("%8d".formatted(window), reading);
  }

  private static String of(String when, DriftReading reading) {
    String head =
        "%s  %-10s %6d  %-12s  %s %6s"
            .formatted(
                when,
                reading.kind() == DriftKind.CONCEPT ? "  concept" : cut(reading.model(), 10),
                reading.samples(),
                reading.status(),
                bar(reading.evidence()),
                percent(reading.evidence()));
    String tail = tail(reading, WIDTH - head.length() - 2);
    return tail.isEmpty() ? head : head + "  " + tail;
  }

  /** The status as it stands in labels, for instance {@code stable}. */
  static String label(DriftStatus status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  static String bar(double evidence) {
    double filled = CELLS * (1 + Math.log10(evidence) / DECADES);
    int cells = (int) Math.max(0, Math.min(CELLS, Math.floor(filled)));
    return "[" + "#".repeat(cells) + ".".repeat(CELLS - cells) + "]";
  }

  static String percent(double ratio) {
    double percent = 100 * ratio;
    if (percent >= 9999.5) {
      return ">9999%";
    }
    return String.format(Locale.ROOT, percent < 9.95 ? "%.1f%%" : "%.0f%%", percent);
  }

  /**
   * A group's direction, effect and share of the evidence, for instance {@code fc1.weight* up +34%
   * (62%)}, or {@code fc1.weight shape 0.031 (62%)}; {@code *} where its own evidence names it.
   *
   * <p>The effect is that of the windows after the alarm, if there are any, else the window's.
   */
  static String effect(GroupDrift group) {
    GroupMove move = group.move();
    String name = group.name() + (move != null && move.named() ? "*" : "");
    Direction direction = MovedGroup.of(group).direction();
    String effect =
        direction == Direction.SHAPE
            ? String.format(Locale.ROOT, "shape %.3f", shape(group, move))
            : String.format(
                Locale.ROOT,
                "%s %+.0f%%",
                direction.name().toLowerCase(Locale.ROOT),
                100 * Math.expm1(scale(group, move)));
    return String.format(Locale.ROOT, "%s %s (%.0f%%)", name, effect, 100 * group.share());
  }

  private static double scale(GroupDrift group, @Nullable GroupMove move) {
    Double after = move == null ? null : move.scaleAfterAlarm();
    return after == null ? group.scaleEffect() : after;
  }

  private static double shape(GroupDrift group, @Nullable GroupMove move) {
    Double after = move == null ? null : move.shapeAfterAlarm();
    return Objects.requireNonNullElse(after == null ? group.shape() : after, 0.0);
  }

  private static String tail(DriftReading reading, int room) {
    if (reading.reason() != null) {
      return cut(reading.reason(), room);
    }
    List<String> effects = Alert.moved(reading).stream().map(ReadingLine::effect).toList();
    Comparison comparison = reading.comparison();
    FeatureDrift inputs = comparison == null ? null : comparison.inputs();
    if (effects.isEmpty()) {
      return comparison != null && inputs != null && inputs.notable()
          ? "inputs moved (%d/%d)".formatted(inputs.moved(), inputs.compared())
              + (reading.status() == DriftStatus.STABLE && comparison.beyond() == 0 ? QUIET : "")
          : "";
    }
    String line = fit(effects, room - STILL.length());
    return inputs == null || inputs.moved() > 0 || line.contains("~")
        ? fit(effects, room)
        : line + STILL;
  }

  /** As many as there is room for, and how many were left out. */
  private static String fit(List<String> effects, int room) {
    List<String> fitting = new ArrayList<>(effects);
    while (fitting.size() > 1) {
      int left = effects.size() - fitting.size();
      String line = String.join(", ", fitting) + (left == 0 ? "" : " +" + left);
      if (line.length() <= room) {
        return line;
      }
      fitting.remove(fitting.size() - 1);
    }
    String more = effects.size() == 1 ? "" : " +" + (effects.size() - 1);
    return cut(fitting.get(0), room - more.length()) + more;
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length - 1) + "~";
  }
}
