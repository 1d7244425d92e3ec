package io.gradwatch.drift;

import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What drift needs of one window: the paging method's contribution of every group. One store entry
 * each while a baseline is being made.
 *
 * @param start event time at which the window starts, inclusive, milliseconds since 1970-01-01 UTC
 * @param end event time at which it ends, exclusive
 * @param groups in the module's order
 */
public record WindowContributions(long start, long end, List<Contribution> groups) {
  public WindowContributions {
    groups = List.copyOf(groups);
  }

  /**
   * Takes one method's numbers out of a snapshot.
   *
   * @throws IllegalArgumentException if {@link #defect} finds one
   */
  static WindowContributions of(ImportanceSnapshot snapshot, ImportanceMethod method) {
    String defect = defect(snapshot, method);
    if (defect != null) {
      throw new IllegalArgumentException(defect);
    }
    return new WindowContributions(
        snapshot.start(),
        snapshot.end(),
        snapshot.groups().stream().map(group -> contribution(group, method)).toList());
  }

  /** Event time that windows cover, in milliseconds: a gap between them shows no traffic. */
  static long covered(List<WindowContributions> windows) {
    return windows.stream().mapToLong(window -> window.end() - window.start()).sum();
  }

  /** Why a snapshot cannot be compared with any other, in a sentence; null if it can. */
  static @Nullable String defect(ImportanceSnapshot snapshot, ImportanceMethod method) {
    for (GroupImportance group : snapshot.groups()) {
      Value value = group.methods().get(method.label());
      if (value == null) {
        return "group '%s' has no '%s' in this window; add it to the model's methods"
            .formatted(group.name(), method.label());
      }
      if (!(value.mean() >= 0 && value.mean() < Double.POSITIVE_INFINITY)) {
        return "group '%s' has a '%s' of %s in this window, not a number to compare"
            .formatted(group.name(), method.label(), value.mean());
      }
      if (hasNonFinite(value.profile())) {
        return "group '%s' has units with a '%s' that is no finite number in this window"
            .formatted(group.name(), method.label());
      }
    }
    return null;
  }

  private static boolean hasNonFinite(@Nullable List<Float> profile) {
    return profile != null && profile.stream().anyMatch(entry -> !Float.isFinite(entry));
  }

  private static Contribution contribution(GroupImportance group, ImportanceMethod method) {
    Value value = group.methods().get(method.label());
    if (value == null || value.profile() == null) {
      return new Contribution(value == null ? 0 : value.mean(), new float[0]);
    }
    float[] profile = new float[value.profile().size()];
    for (int unit = 0; unit < profile.length; unit++) {
      profile[unit] = value.profile().get(unit);
    }
    return new Contribution(value.mean(), profile);
  }
}
