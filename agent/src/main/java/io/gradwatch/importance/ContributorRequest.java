package io.gradwatch.importance;

import java.util.List;

/**
 * Asks for what contributes most to some groups of a model, see {@link Contributors}.
 *
 * @param method of the one pass, by which contributions are measured
 * @param groups their names, at least one
 */
public record ContributorRequest(ImportanceMethod method, List<String> groups) {
  public ContributorRequest {
    groups = List.copyOf(groups);
    if (!method.onePass()) {
      throw new IllegalArgumentException(method.label() + " does not come from the one pass");
    }
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("no groups are asked for");
    }
  }
}
