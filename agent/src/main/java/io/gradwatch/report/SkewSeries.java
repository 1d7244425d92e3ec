package io.gradwatch.report;

import io.gradwatch.drift.Skew;
import io.gradwatch.drift.Skew.GroupSkew;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The series of one model's difference from its reference. */
final class SkewSeries {
  private static final List<Metric> ALL =
      List.of(Metric.SKEW_GROUPS, Metric.SKEW_WINDOWS, Metric.GROUP_SKEW_EFFECT);

  private SkewSeries() {}

  /**
   * Writes a comparison; without one, or with one that says nothing, removes the last.
   *
   * @param shown the groups with series of their own; the others have none
   */
  static void write(Metrics metrics, String model, @Nullable Skew skew, ShownGroups shown) {
    if (skew == null || skew.reason() != null) {
      remove(metrics, model);
      return;
    }
    metrics.set(Metric.SKEW_GROUPS, (double) skew.skewed(), model);
    metrics.set(Metric.SKEW_WINDOWS, skew.windows(), model);
    for (GroupSkew group : skew.groups()) {
      if (shown.contains(group.name())) {
        metrics.setOrRemove(Metric.GROUP_SKEW_EFFECT, group.scaleEffect(), model, group.name());
      }
    }
  }

  static void remove(Metrics metrics, String model) {
    ALL.forEach(metric -> metrics.remove(metric, model));
  }
}
