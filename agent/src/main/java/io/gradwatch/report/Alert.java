package io.gradwatch.report;

import io.gradwatch.drift.Direction;
import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.GroupMove;
import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.ModelVersion;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A change of a model's status.
 *
 * @param format version of the JSON form, {@value #FORMAT}
 * @param model the model's configured name
 * @param version the model that was differentiated
 * @param from the status before; null for the first reading of a version
 * @param to the status from this window on
 * @param start event time at which the window starts, inclusive, milliseconds since 1970-01-01 UTC
 * @param end event time at which it ends, exclusive
 * @param evidence M/c: 1 pages
 * @param onset start of the first window of the drift; null unless {@code to} is {@link
 *     DriftStatus#DRIFT}
 * @param moved the groups that carry the drift, the largest share of the evidence first
 * @param reason why the status is what it is, where the reading says so
 * @param kind what the status is about
 * @param contributors the samples and parameters that contributed most to this window; null where
 *     nobody had asked for them before it, as in the first window of a sudden drift: the readings
 *     that follow have them
 */
public record Alert(
    int format,
    String model,
    ModelVersion version,
    @Nullable DriftStatus from,
    DriftStatus to,
    long start,
    long end,
    double evidence,
    @Nullable Long onset,
    List<MovedGroup> moved,
    @Nullable String reason,
    DriftKind kind,
    @Nullable Contributors contributors) {
  public static final int FORMAT = 1;

  public Alert {
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "alert has format %d, must be %d; read it with the release that wrote it, or a later one"
              .formatted(format, FORMAT));
    }
    moved = List.copyOf(moved);
    // Records of earlier releases know of traffic only.
    kind = Objects.requireNonNullElse(kind, DriftKind.TRAFFIC);
    if (from == to) {
      throw new IllegalArgumentException("the status stays " + to + ": no change to tell");
    }
  }

  /**
   * A group that carries the drift.
   *
   * @param name the group
   * @param direction what moved about it
   * @param scaleEffect log of the group's importance over the baseline's median
   * @param shape 1 - cosine of the profiles of units; null below 3 units
   * @param share of the evidence, 0 to 1
   * @param move whether its own evidence names it, and its units; null in records of earlier
   *     releases
   */
  public record MovedGroup(
      String name,
      Direction direction,
      double scaleEffect,
      @Nullable Double shape,
      double share,
      @Nullable GroupMove move) {

    static MovedGroup of(GroupDrift group) {
      return new MovedGroup(
          group.name(),
          direction(group),
          group.scaleEffect(),
          group.shape(),
          group.share(),
          group.move());
    }

    /** Of the score with the largest evidence; of earlier readings, what its effects tell. */
    private static Direction direction(GroupDrift group) {
      GroupMove move = group.move();
      if (move != null && move.direction() != null) {
        return move.direction();
      }
      if (Math.abs(group.scaleEffect()) > group.scaleDeadband() || group.shape() == null) {
        return group.scaleEffect() > 0 ? Direction.UP : Direction.DOWN;
      }
      return Direction.SHAPE;
    }
  }

  /**
   * The change from one reading to the next, if there is one.
   *
   * @param previous the reading before of the same model; null if there is none. One of another
   *     version counts as none: a version starts anew.
   * @throws IllegalArgumentException if the readings are of different models
   */
  public static Optional<Alert> between(@Nullable DriftReading previous, DriftReading reading) {
    if (previous != null && !previous.model().equals(reading.model())) {
      throw new IllegalArgumentException(
          "a reading of '%s' does not follow one of '%s'"
              .formatted(reading.model(), previous.model()));
    }
    DriftStatus from =
        previous != null && previous.version().equals(reading.version()) ? previous.status() : null;
    if (from == reading.status()) {
      return Optional.empty();
    }
    return Optional.of(
        new Alert(
            FORMAT,
            reading.model(),
            reading.version(),
            from,
            reading.status(),
            reading.start(),
            reading.end(),
            reading.evidence(),
            reading.onset(),
            moved(reading).stream().map(MovedGroup::of).toList(),
            reading.reason(),
            reading.kind(),
            reading.contributors()));
  }

  /**
   * The change in a sentence for logs, for instance {@code model digits is drift, was warning, as
   * of the window until 2026-03-01T00:05:00Z: evidence 131% of the limit, moved fc2.weight}.
   */
  public String text() {
    StringBuilder text = new StringBuilder("model ").append(model);
    if (kind == DriftKind.CONCEPT) {
      text.append(", concept");
    }
    text.append(" is ").append(ReadingLine.label(to));
    if (from != null) {
      text.append(", was ").append(ReadingLine.label(from)).append(',');
    }
    text.append(" as of the window until ").append(Instant.ofEpochMilli(end));
    if (to == DriftStatus.DRIFT || to == DriftStatus.WARNING) {
      text.append(": evidence ").append(ReadingLine.percent(evidence)).append(" of the limit");
    }
    if (!moved.isEmpty()) {
      String names = moved.stream().map(MovedGroup::name).collect(Collectors.joining(", "));
      text.append(", moved ").append(names);
    }
    return reason == null ? text.toString() : text.append(": ").append(reason).toString();
  }

  /** The groups that carry the drift, the largest share of the evidence first. */
  static List<GroupDrift> moved(DriftReading reading) {
    return reading.groups().stream()
        .filter(GroupDrift::moved)
        .sorted(Comparator.comparingDouble(GroupDrift::share).reversed())
        .toList();
  }
}
