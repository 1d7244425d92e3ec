package io.gradwatch.compare;

import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.hipparchus.stat.correlation.SpearmansCorrelation;
import org.jspecify.annotations.Nullable;

/**
 * Two versions of one architecture, group by group.
 *
 * <p>It says where the second relies on its parameters more than the first, and nothing of which
 * one is right.
 *
 * @param groups in the module's order
 * @param logRatioOfTotal log of the second's total over the first's; null if one is 0
 * @param spearman rank correlation of the groups' shares, -1 to 1; null with fewer than two groups
 *     or where all shares of one are equal
 */
public record VersionComparison(
    List<Ratio> groups, @Nullable Double logRatioOfTotal, @Nullable Double spearman) {
  public VersionComparison {
    groups = List.copyOf(groups);
  }

  /**
   * One group.
   *
   * @param firstShare of the first model's total, 0 to 1
   * @param secondShare of the second's
   * @param shareChange the second's minus the first's
   * @param logRatio log of the second's mean over the first's: 0.1 is 10 % more; null if one is 0
   * @param error standard error of {@code logRatio}, that of two independent estimates. The samples
   *     are the same, so that it is rather too large; null with fewer than two micro-batches
   */
  public record Ratio(
      String group,
      double firstShare,
      double secondShare,
      double shareChange,
      @Nullable Double logRatio,
      @Nullable Double error) {}

  /** Whether the two have the same groups: names, sizes and order. */
  public static boolean possible(ImportanceSnapshot first, ImportanceSnapshot second) {
    return shape(first).equals(shape(second));
  }

  /** Groups of the same name and size, which are all where {@link #possible}. */
  public static long common(ImportanceSnapshot first, ImportanceSnapshot second) {
    return shape(first).stream().filter(shape(second)::contains).count();
  }

  /**
   * Compares them.
   *
   * @param method that both hold
   * @throws IllegalArgumentException if they have other groups
   */
  public static VersionComparison of(
      ImportanceSnapshot first, ImportanceSnapshot second, ImportanceMethod method) {
    if (!possible(first, second)) {
      throw new IllegalArgumentException("the two models have other groups");
    }
    List<Ratio> ratios = new ArrayList<>();
    for (int group = 0; group < first.groups().size(); group++) {
      ratios.add(
          ratio(
              first.groups().get(group).name(),
              value(first.groups().get(group), method),
              value(second.groups().get(group), method)));
    }
    return new VersionComparison(
        ratios, logRatio(total(first, method), total(second, method)), spearman(ratios));
  }

  private static Ratio ratio(String group, Value first, Value second) {
    Double logRatio = logRatio(first.mean(), second.mean());
    Double firstError = first.stderr();
    Double secondError = second.stderr();
    Double error =
        logRatio == null || firstError == null || secondError == null
            ? null
            : (Double) Math.hypot(firstError / first.mean(), secondError / second.mean());
    return new Ratio(
        group, first.share(), second.share(), second.share() - first.share(), logRatio, error);
  }

  private static @Nullable Double logRatio(double first, double second) {
    return first > 0 && second > 0 ? (Double) Math.log(second / first) : null;
  }

  private static double total(ImportanceSnapshot snapshot, ImportanceMethod method) {
    return snapshot.groups().stream().mapToDouble(group -> value(group, method).mean()).sum();
  }

  private static @Nullable Double spearman(List<Ratio> ratios) {
    if (ratios.size() < 2) {
      return null;
    }
    double correlation =
        new SpearmansCorrelation()
            .correlation(
                ratios.stream().mapToDouble(Ratio::firstShare).toArray(),
                ratios.stream().mapToDouble(Ratio::secondShare).toArray());
    return Double.isNaN(correlation) ? null : (Double) correlation;
  }

  static Value value(GroupImportance group, ImportanceMethod method) {
    return Objects.requireNonNull(
        group.methods().get(method.label()), "the snapshot lacks " + method.label());
  }

  private record Shape(String name, long parameters) {}

  private static List<Shape> shape(ImportanceSnapshot snapshot) {
    return snapshot.groups().stream()
        .map(group -> new Shape(group.name(), group.parameters()))
        .toList();
  }
}
