package io.gradwatch.importance;

import java.util.List;

/**
 * Asks for what contributes most to how some groups of a model moved, see {@link Contributors}.
 *
 * @param method of the one pass, by which contributions are measured
 * @param groups at least one
 */
public record ContributorRequest(ImportanceMethod method, List<OfGroup> groups) {
  public ContributorRequest {
    groups = List.copyOf(groups);
    if (!method.onePass()) {
      throw new IllegalArgumentException(method.label() + " does not come from the one pass");
    }
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("no groups are asked for");
    }
  }

  /**
   * What counts of one group.
   *
   * @param name the group
   * @param units that moved; none where all count alike
   */
  public record OfGroup(String name, List<Units> units) {
    public OfGroup {
      units = List.copyOf(units);
    }
  }

  /**
   * Neighbouring units that count.
   *
   * @param from first unit, from 0
   * @param to last unit, inclusive
   * @param weight by how much their share of the group grew; below 0 where it fell
   */
  public record Units(int from, int to, double weight) {}
}
