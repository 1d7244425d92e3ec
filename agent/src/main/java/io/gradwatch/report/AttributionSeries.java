package io.gradwatch.report;

import io.gradwatch.drift.UnitMove;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The series of the attribution to the features of a model's inputs. */
final class AttributionSeries {
  /** The method whose groups are inputs, and whose units are their features. */
  static final String METHOD = "attribution";

  private AttributionSeries() {}

  /**
   * Each feature's share of the attribution, by its name: {@code image[3]}, or {@code image[3-4]}
   * for neighbours of which only the sum is known. Empty where the method has no profiles.
   */
  static Map<String, Double> shares(ImportanceSnapshot snapshot) {
    Map<String, Double> contributions = new TreeMap<>();
    for (GroupImportance input : snapshot.groups()) {
      ImportanceSnapshot.Value value = input.methods().get(METHOD);
      List<Float> profile = value == null ? null : value.profile();
      for (int entry = 0; profile != null && entry < profile.size(); entry++) {
        String name =
            input.name() + "[" + UnitMove.nameOf(entry, profile.size(), input.units()) + "]";
        contributions.put(name, Math.abs(profile.get(entry).doubleValue()));
      }
    }
    double sum = contributions.values().stream().mapToDouble(Double::doubleValue).sum();
    contributions.replaceAll((name, contribution) -> sum > 0 ? contribution / sum : 0);
    return contributions;
  }

  /**
   * @param shown the features with series of their own
   */
  static void write(Metrics metrics, String model, Map<String, Double> shares, ShownGroups shown) {
    double other = 0;
    for (Map.Entry<String, Double> feature : shares.entrySet()) {
      if (shown.contains(feature.getKey())) {
        metrics.set(Metric.ATTRIBUTION_SHARE, feature.getValue(), model, feature.getKey());
      } else {
        other += feature.getValue();
      }
    }
    if (shown.truncated() > 0) {
      metrics.set(Metric.ATTRIBUTION_SHARE, other, model, ShownGroups.OTHER);
    }
  }
}
