package io.gradwatch.report;

import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One model in the list of the page.
 *
 * @param model the model's configured name
 * @param kind of the drift that it is about
 * @param version of the model that is watched
 * @param status in lower case, for instance {@code stable}
 * @param reason why the status is what it is, where that needs saying
 * @param evidence of drift over the limit of the false-alarm budget; 1 pages
 * @param end of the newest window in event time, milliseconds since 1970-01-01 UTC
 * @param groups the groups that stand out, with their effects; the foremost first, at most three
 */
public record ModelRow(
    String model,
    DriftKind kind,
    String version,
    String status,
    @Nullable String reason,
    double evidence,
    long end,
    List<String> groups) {
  private static final int GROUPS = 3;

  public ModelRow {
    groups = List.copyOf(groups);
  }

  /** What a reading says in short. */
  public static ModelRow of(DriftReading reading) {
    return new ModelRow(
        reading.model(),
        reading.kind(),
        reading.version().toString(),
        ReadingLine.label(reading.status()),
        reading.reason(),
        reading.evidence(),
        reading.end(),
        foremost(reading).stream().limit(GROUPS).map(ReadingLine::effect).toList());
  }

  /** The groups that moved; while none has, those with the largest share of the evidence. */
  private static List<GroupDrift> foremost(DriftReading reading) {
    List<GroupDrift> moved = Alert.moved(reading);
    return moved.isEmpty()
        ? reading.groups().stream()
            .filter(group -> group.scored() && group.share() > 0)
            .sorted(Comparator.comparingDouble(GroupDrift::share).reversed())
            .toList()
        : moved;
  }
}
