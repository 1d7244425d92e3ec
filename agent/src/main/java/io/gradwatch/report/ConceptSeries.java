package io.gradwatch.report;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import java.util.List;

/** The series of one model's concept. */
final class ConceptSeries {
  private static final List<Metric> ALL =
      List.of(
          Metric.CONCEPT_STATUS,
          Metric.CONCEPT_EVIDENCE,
          Metric.CONCEPT_SAMPLES,
          Metric.GROUP_CONCEPT_EFFECT);

  private ConceptSeries() {}

  /**
   * Writes a reading of a concept.
   *
   * @param shown the groups with series of their own; the others have none
   */
  static void write(Metrics metrics, DriftReading reading, ShownGroups shown) {
    String model = reading.model();
    for (DriftStatus status : DriftStatus.values()) {
      double stands = status == reading.status() ? 1 : 0;
      metrics.set(Metric.CONCEPT_STATUS, stands, model, ReadingLine.label(status));
    }
    metrics.set(Metric.CONCEPT_EVIDENCE, DriftSeries.shown(reading.evidence()), model);
    metrics.set(Metric.CONCEPT_SAMPLES, reading.samples(), model);
    for (GroupDrift group : reading.groups()) {
      if (shown.contains(group.name())) {
        metrics.set(Metric.GROUP_CONCEPT_EFFECT, group.scaleEffect(), model, group.name());
      }
    }
  }

  static void remove(Metrics metrics, String model) {
    ALL.forEach(metric -> metrics.remove(metric, model));
  }
}
