package io.gradwatch.report;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The series of one model's drift: its own, and those by group. */
final class DriftSeries {
  private static final double LARGEST_RATIO = 100;

  private static final List<Metric> OF_MODEL =
      List.of(
          Metric.DRIFT_STATUS,
          Metric.DRIFT_EVIDENCE,
          Metric.WARNING_EVIDENCE,
          Metric.DRIFT_LIMIT,
          Metric.BASELINE_WINDOWS,
          Metric.SOONEST_PAGE);
  private static final List<Metric> OF_GROUP =
      List.of(
          Metric.GROUP_EVIDENCE,
          Metric.GROUP_EVIDENCE_SHARE,
          Metric.GROUP_SCALE_EFFECT,
          Metric.GROUP_SHAPE_DISTANCE,
          Metric.EFFECTIVE_MIN_EFFECT);

  private DriftSeries() {}

  /** Each group's share of the evidence. */
  static Map<String, Double> weights(DriftReading reading) {
    Map<String, Double> weights = new TreeMap<>();
    reading.groups().forEach(group -> weights.put(group.name(), group.share()));
    return weights;
  }

  /** Evidence grows by a factor a window while a drift lasts; nobody can read 1e25 off an axis. */
  static double shown(double ratio) {
    return Math.min(ratio, LARGEST_RATIO);
  }

  static void write(Metrics metrics, DriftReading reading, ShownGroups shown) {
    String model = reading.model();
    for (DriftStatus status : DriftStatus.values()) {
      double stands = status == reading.status() ? 1 : 0;
      metrics.set(Metric.DRIFT_STATUS, stands, model, ReadingLine.label(status));
    }
    metrics.set(Metric.DRIFT_EVIDENCE, shown(reading.evidence()), model);
    metrics.set(Metric.WARNING_EVIDENCE, shown(reading.warningEvidence()), model);
    metrics.set(Metric.DRIFT_LIMIT, reading.limit(), model);
    metrics.set(Metric.BASELINE_WINDOWS, reading.baselineWindows(), model);
    metrics.setOrRemove(Metric.SOONEST_PAGE, reading.soonestPage(), model);
    writeGroups(metrics, reading, shown);
  }

  private static void writeGroups(Metrics metrics, DriftReading reading, ShownGroups shown) {
    String model = reading.model();
    double otherEvidence = 0;
    double otherShare = 0;
    for (GroupDrift group : reading.groups()) {
      if (shown.contains(group.name())) {
        write(metrics, model, group);
      } else {
        otherEvidence = Math.max(otherEvidence, group.evidence());
        otherShare += group.share();
      }
    }
    if (shown.truncated() > 0) {
      metrics.set(Metric.GROUP_EVIDENCE, shown(otherEvidence), model, ShownGroups.OTHER);
      metrics.set(Metric.GROUP_EVIDENCE_SHARE, otherShare, model, ShownGroups.OTHER);
    }
  }

  private static void write(Metrics metrics, String model, GroupDrift group) {
    String name = group.name();
    metrics.set(Metric.GROUP_EVIDENCE, shown(group.evidence()), model, name);
    metrics.set(Metric.GROUP_EVIDENCE_SHARE, group.share(), model, name);
    metrics.set(Metric.GROUP_SCALE_EFFECT, group.scaleEffect(), model, name);
    metrics.setOrRemove(Metric.GROUP_SHAPE_DISTANCE, group.shape(), model, name);
    metrics.set(Metric.EFFECTIVE_MIN_EFFECT, group.scaleDeadband(), model, name, "scale");
    metrics.setOrRemove(Metric.EFFECTIVE_MIN_EFFECT, group.shapeDeadband(), model, name, "shape");
  }

  static void removeGroups(Metrics metrics, String... leadingTagValues) {
    OF_GROUP.forEach(metric -> metrics.remove(metric, leadingTagValues));
  }

  static void remove(Metrics metrics, String model) {
    removeGroups(metrics, model);
    OF_MODEL.forEach(metric -> metrics.remove(metric, model));
  }
}
