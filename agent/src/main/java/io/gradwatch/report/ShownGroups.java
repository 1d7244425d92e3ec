package io.gradwatch.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The groups of a model that have series of their own.
 *
 * @param names at most the series limit, the most important first
 * @param truncated how many groups have none and count in {@code other}
 */
record ShownGroups(Set<String> names, int truncated) {
  /** The group under which the others are summed up. */
  static final String OTHER = "other";

  ShownGroups {
    names = Collections.unmodifiableSet(new LinkedHashSet<>(names));
  }

  /**
   * The groups with the largest weights. Ties go by name, so that two runs choose alike.
   *
   * @param weights by the group's name
   * @param limit at least 1
   */
  static ShownGroups heaviest(Map<String, Double> weights, int limit) {
    List<String> names =
        weights.entrySet().stream()
            .sorted(
                Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(limit)
            .map(Map.Entry::getKey)
            .toList();
    return new ShownGroups(new LinkedHashSet<>(names), weights.size() - names.size());
  }

  /**
   * The same choice, in which groups that must be seen take the places of the least important ones.
   *
   * @param wanted in the order of their claim; those beyond the number of places are left out
   */
  ShownGroups with(List<String> wanted) {
    if (names.containsAll(wanted)) {
      return this;
    }
    List<String> claims = wanted.stream().distinct().limit(names.size()).toList();
    Set<String> claimed = new HashSet<>(claims);
    List<String> kept = new ArrayList<>(names);
    kept.removeIf(claimed::contains);
    Set<String> chosen = new LinkedHashSet<>(kept.subList(0, names.size() - claims.size()));
    chosen.addAll(claims);
    return new ShownGroups(chosen, truncated);
  }

  boolean contains(String group) {
    return names.contains(group);
  }
}
