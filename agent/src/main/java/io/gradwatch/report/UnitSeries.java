package io.gradwatch.report;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.GroupMove;
import io.gradwatch.drift.Suspects;
import io.gradwatch.drift.UnitMove;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The series of the units that changed, of groups under suspicion: a few, and only for as long as
 * the suspicion lasts.
 */
final class UnitSeries {
  private UnitSeries() {}

  /**
   * Writes the units of a reading, and removes those of the one before that are no longer among
   * them.
   *
   * @param before the model's last reading; null if there is none
   * @param shown the groups with series of their own; the units of others have none
   */
  static void write(
      Metrics metrics, @Nullable DriftReading before, DriftReading reading, ShownGroups shown) {
    String model = reading.model();
    Map<Key, UnitMove> units = units(reading, shown);
    units.forEach(
        (key, unit) -> {
          metrics.set(Metric.UNIT_SHARE, unit.share(), model, key.group(), key.unit());
          metrics.set(Metric.UNIT_BASELINE_SHARE, unit.normal(), model, key.group(), key.unit());
        });
    if (before != null) {
      units(before, null).keySet().stream()
          .filter(key -> !units.containsKey(key))
          .forEach(key -> remove(metrics, model, key.group(), key.unit()));
    }
  }

  static void remove(Metrics metrics, String... leadingTagValues) {
    metrics.remove(Metric.UNIT_SHARE, leadingTagValues);
    metrics.remove(Metric.UNIT_BASELINE_SHARE, leadingTagValues);
  }

  private static Map<Key, UnitMove> units(DriftReading reading, @Nullable ShownGroups shown) {
    Map<Key, UnitMove> units = new LinkedHashMap<>();
    for (GroupDrift group : Suspects.of(reading)) {
      GroupMove move = group.move();
      if (move != null && (shown == null || shown.contains(group.name()))) {
        move.units().forEach(unit -> units.put(new Key(group.name(), unit.name()), unit));
      }
    }
    return units;
  }

  private record Key(String group, String unit) {}
}
