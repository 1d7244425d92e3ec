package io.gradwatch.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.gradwatch.compare.DepthProfile;
import io.gradwatch.compare.RankCurve;
import io.gradwatch.compare.VersionComparison;
import io.gradwatch.importance.Grouping;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison of two models prints. What could not be told is null and still there.
 *
 * @param kind {@code versions} if the models have the same groups, else {@code architectures}
 * @param method that was compared
 * @param samples rows, the same for both
 * @param microBatch samples a pass, the same for both
 * @param compared what is compared, a sentence each
 * @param notCompared what is not and why, a sentence each
 * @param versions group by group; null for architectures
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record CompareView(
    String kind,
    String method,
    int samples,
    int microBatch,
    List<String> compared,
    List<String> notCompared,
    Side first,
    Side second,
    @Nullable VersionComparison versions) {

  /**
   * One model.
   *
   * @param model name and digest of its file
   * @param groups how many
   * @param parameters in these groups
   * @param depth where in its depth the importance lies
   * @param ranks how few groups carry it
   */
  record Side(String model, int groups, long parameters, DepthProfile depth, RankCurve ranks) {
    static Side of(ImportanceSnapshot snapshot, ImportanceMethod method, Grouping grouping) {
      return new Side(
          snapshot.version().toString(),
          snapshot.groups().size(),
          snapshot.groups().stream().mapToLong(group -> group.parameters()).sum(),
          DepthProfile.of(snapshot, method, grouping),
          RankCurve.of(snapshot, method));
    }
  }

  /**
   * Compares two snapshots of the same samples.
   *
   * @param oneScale whether a regression's outputs are measured by the same deviations in both
   */
  static CompareView of(
      ImportanceSnapshot first,
      ImportanceSnapshot second,
      ImportanceMethod method,
      Grouping grouping,
      boolean oneScale) {
    boolean versions = VersionComparison.possible(first, second);
    return new CompareView(
        versions ? "versions" : "architectures",
        method.label(),
        first.samples(),
        first.tuning().microBatch(),
        compared(first, second, versions),
        notCompared(first, second, versions, oneScale),
        Side.of(first, method, grouping),
        Side.of(second, method, grouping),
        versions ? VersionComparison.of(first, second, method) : null);
  }

  private static List<String> compared(
      ImportanceSnapshot first, ImportanceSnapshot second, boolean versions) {
    List<String> compared = new ArrayList<>();
    if (first.version().sha256().equals(second.version().sha256())) {
      compared.add("one file with itself: nothing can differ");
    }
    compared.add(
        versions
            ? "each of the %d groups with the same group of the other version"
                .formatted(first.groups().size())
            : "shares of the importance, by rank and by relative depth, for which the order counts in"
                + " which a model registers its modules");
    return compared;
  }

  private static List<String> notCompared(
      ImportanceSnapshot first, ImportanceSnapshot second, boolean versions, boolean oneScale) {
    List<String> notCompared = new ArrayList<>();
    if (!versions) {
      notCompared.add(
          "single groups: they have %d and %d, %d of these alike in name and size"
              .formatted(
                  first.groups().size(),
                  second.groups().size(),
                  VersionComparison.common(first, second)));
      notCompared.add(
          "amounts: parameters of other architectures are others in number and meaning");
    }
    if (!oneScale) {
      notCompared.add("amounts: the models have other outputs, each is measured by its own spread");
    }
    notCompared.add("which one is better: importance says what a model relies on, not how well");
    return notCompared;
  }
}
