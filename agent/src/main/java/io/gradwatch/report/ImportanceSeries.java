package io.gradwatch.report;

import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The series of one model's importance, by group and method. */
final class ImportanceSeries {
  private static final List<Metric> ALL =
      List.of(Metric.IMPORTANCE_MEAN, Metric.IMPORTANCE_STANDARD_ERROR, Metric.IMPORTANCE_SHARE);

  private ImportanceSeries() {}

  /** The largest share that any method gives each group. */
  static Map<String, Double> weights(ImportanceSnapshot snapshot) {
    Map<String, Double> weights = new TreeMap<>();
    for (GroupImportance group : snapshot.groups()) {
      double largest = 0;
      for (ImportanceSnapshot.Value value : group.methods().values()) {
        largest = Math.max(largest, value.share());
      }
      weights.put(group.name(), largest);
    }
    return weights;
  }

  static void write(Metrics metrics, ImportanceSnapshot snapshot, ShownGroups shown) {
    String model = snapshot.model();
    Map<String, Double> otherShare = new TreeMap<>();
    for (GroupImportance group : snapshot.groups()) {
      for (Map.Entry<String, ImportanceSnapshot.Value> method : group.methods().entrySet()) {
        if (shown.contains(group.name())) {
          write(metrics, model, group.name(), method.getKey(), method.getValue());
        } else {
          otherShare.merge(method.getKey(), method.getValue().share(), Double::sum);
        }
      }
    }
    otherShare.forEach(
        (method, share) ->
            metrics.set(Metric.IMPORTANCE_SHARE, share, model, ShownGroups.OTHER, method));
  }

  private static void write(
      Metrics metrics, String model, String group, String method, ImportanceSnapshot.Value value) {
    metrics.set(Metric.IMPORTANCE_MEAN, value.mean(), model, group, method);
    metrics.set(Metric.IMPORTANCE_SHARE, value.share(), model, group, method);
    metrics.setOrRemove(Metric.IMPORTANCE_STANDARD_ERROR, value.stderr(), model, group, method);
  }

  static void remove(Metrics metrics, String... leadingTagValues) {
    ALL.forEach(metric -> metrics.remove(metric, leadingTagValues));
  }
}
