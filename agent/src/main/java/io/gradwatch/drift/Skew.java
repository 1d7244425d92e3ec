package io.gradwatch.drift;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the live traffic differs from a reference, most often the data that the model was trained on.
 *
 * @param reason why they cannot be compared, or not yet, in a sentence; null if they are
 * @param windows live windows compared, the newest ones
 * @param referenceWindows windows of the reference
 * @param groups one part a scored group, in the module's order; empty where there is a reason
 */
public record Skew(
    @Nullable String reason, int windows, int referenceWindows, List<GroupSkew> groups) {
  public Skew {
    groups = List.copyOf(groups);
  }

  /**
   * One group's part.
   *
   * @param name the group
   * @param scaleEffect log of its importance in live traffic over that in the reference: 0.1 is 10
   *     % more; null where the scale is constant in the reference
   * @param shapeEffect by how much its units' profile is farther from the reference's mean than the
   *     reference's own windows are, -1 to 1; null where shapes are not scored
   * @param p probability of so large a difference where the true one is at most {@code min-effect};
   *     the smaller one of scale and shape, adjusted for the number of all scores (Holm)
   */
  public record GroupSkew(
      String name, @Nullable Double scaleEffect, @Nullable Double shapeEffect, double p) {
    /** Whether it differs by more than {@code min-effect} for certain enough. */
    public boolean skewed() {
      return p <= Skew.LEVEL;
    }
  }

  /** Chance that any group is named without a difference above {@code min-effect}. */
  public static final double LEVEL = 0.01;

  /** Groups that differ. */
  public long skewed() {
    return groups.stream().filter(GroupSkew::skewed).count();
  }
}
