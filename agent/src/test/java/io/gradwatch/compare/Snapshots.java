package io.gradwatch.compare;

import io.gradwatch.importance.AnySnapshot;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Snapshots of one window with given means. */
final class Snapshots {
  private Snapshots() {}

  /** Each group has a standard error of a tenth of its mean. */
  static ImportanceSnapshot of(String[] names, double... means) {
    double total = Arrays.stream(means).sum();
    List<GroupImportance> groups = new ArrayList<>();
    for (int group = 0; group < names.length; group++) {
      Value value = new Value(means[group], means[group] / 10, means[group] / total, null);
      groups.add(new GroupImportance(names[group], 5, 1, Map.of("taylor", value)));
    }
    return AnySnapshot.of("model", AnySnapshot.VERSION, 0, 1, 64, groups);
  }
}
