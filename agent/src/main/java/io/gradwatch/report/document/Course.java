package io.gradwatch.report.document;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.ModelVersion;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * What happened one after the other: when a drift paged and ended, and when another version came.
 *
 * @param readings of the traffic, in time's order
 */
record Course(List<DriftReading> readings) {
  Course {
    readings = List.copyOf(readings);
  }

  /** Two neighbours. */
  record Turn(DriftReading before, DriftReading after) {}

  /** When the drift of a reading began: its own start, where nothing else is known. */
  static long onset(DriftReading reading) {
    return Objects.requireNonNullElse(reading.onset(), reading.start());
  }

  /** The newest reading. */
  Optional<DriftReading> last() {
    return readings.isEmpty() ? Optional.empty() : Optional.of(readings.get(readings.size() - 1));
  }

  /** Where a drift that began at a time paged, if that lies in the time that is looked at. */
  Optional<Turn> page(long onset) {
    return newest((before, after) -> after.start() >= onset && drifts(after) && !drifts(before));
  }

  /** Where the newest drift that is over ended, within one version of the model. */
  Optional<Turn> end() {
    return newest(
        (before, after) ->
            after.version().equals(before.version()) && drifts(before) && !drifts(after));
  }

  /** Where the newest version came. */
  Optional<Turn> version() {
    return newest((before, after) -> !after.version().equals(before.version()));
  }

  /** The reading with the largest evidence. */
  Optional<DriftReading> peak() {
    return readings.stream().max(Comparator.comparingDouble(DriftReading::evidence));
  }

  /** The newest samples and parameters that contributed most. */
  Optional<Contributors> contributors() {
    return readings.stream()
        .map(DriftReading::contributors)
        .filter(Objects::nonNull)
        .reduce((before, after) -> after);
  }

  /** All versions, in time's order. */
  List<String> versions() {
    return readings.stream()
        .map(DriftReading::version)
        .distinct()
        .map(ModelVersion::toString)
        .toList();
  }

  /** Of how many windows something holds. */
  long count(Predicate<DriftReading> which) {
    return readings.stream().filter(which).count();
  }

  private static boolean drifts(DriftReading reading) {
    return reading.status() == DriftStatus.DRIFT;
  }

  private Optional<Turn> newest(BiPredicate<DriftReading, DriftReading> turns) {
    for (int i = readings.size() - 1; i > 0; i--) {
      if (turns.test(readings.get(i - 1), readings.get(i))) {
        return Optional.of(new Turn(readings.get(i - 1), readings.get(i)));
      }
    }
    return Optional.empty();
  }
}
