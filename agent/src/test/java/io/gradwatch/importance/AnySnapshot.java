package io.gradwatch.importance;

import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import java.util.List;
import java.util.Map;

/** What a device might have made of a window. */
public final class AnySnapshot {
  public static final ModelVersion VERSION = new ModelVersion("1", "ab".repeat(32));

  private AnySnapshot() {}

  /** A window of all rows that there were, computed sample by sample. */
  public static ImportanceSnapshot of(
      String model,
      ModelVersion version,
      long start,
      long end,
      int samples,
      List<GroupImportance> groups) {
    return new ImportanceSnapshot(
        ImportanceSnapshot.FORMAT,
        model,
        version,
        start,
        end,
        samples,
        samples,
        "",
        new Tuning(1, List.of()),
        0.01,
        "cpu",
        groups,
        null,
        null,
        null,
        null);
  }

  /** A group of one parameter, without a profile. */
  public static GroupImportance group(String name, String method, double mean) {
    return new GroupImportance(name, 1, 1, Map.of(method, new Value(mean, null, 1, null)));
  }
}
