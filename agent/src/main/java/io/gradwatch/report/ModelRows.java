package io.gradwatch.report;

import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.http.ModelRow;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** The readings as rows of the status page. */
public final class ModelRows {
  private static final int GROUPS = 3;

  private ModelRows() {}

  public static List<ModelRow> of(List<DriftReading> readings) {
    return readings.stream().map(ModelRows::row).toList();
  }

  private static ModelRow row(DriftReading reading) {
    return new ModelRow(
        reading.kind() == DriftKind.CONCEPT ? reading.model() + ", concept" : reading.model(),
        reading.version().toString(),
        ReadingLine.label(reading.status()),
        reading.reason(),
        reading.evidence(),
        Instant.ofEpochMilli(reading.end()),
        foremost(reading).stream().limit(GROUPS).map(ReadingLine::effect).toList());
  }

  /** The groups that moved; while none has, those with the largest share of the evidence. */
  private static List<GroupDrift> foremost(DriftReading reading) {
    List<GroupDrift> moved = Alert.moved(reading);
    return moved.isEmpty()
        ? reading.groups().stream()
            .filter(GroupDrift::scored)
            .sorted(Comparator.comparingDouble(GroupDrift::share).reversed())
            .toList()
        : moved;
  }
}
