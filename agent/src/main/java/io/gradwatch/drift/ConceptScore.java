package io.gradwatch.drift;

import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.LabelledRows;
import io.gradwatch.importance.OnePass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The numbers that tell whether a model's answers are still true: per group the labelled importance
 * over the label-free one of the same rows.
 *
 * <p>Label-free importance takes the labels' expectation under the model's own probabilities. Where
 * these are true the two agree, whatever the traffic, and the log of the ratio is zero.
 */
final class ConceptScore {
  private ConceptScore() {}

  /** A snapshot whose numbers of {@code method} are the ratios, so that a tracker can follow it. */
  static ImportanceSnapshot ratios(
      ImportanceSnapshot snapshot, ImportanceMethod method, LabelledRows rows) {
    List<Double> labelFree = rows.labelFree().getOrDefault(method.label(), List.of());
    List<GroupImportance> groups = new ArrayList<>();
    for (int i = 0; i < snapshot.groups().size(); i++) {
      GroupImportance group = snapshot.groups().get(i);
      Value labelled = group.methods().get(OnePass.LABELLED + method.label());
      if (labelled == null || labelFree.size() != snapshot.groups().size()) {
        return without(snapshot, rows.samples());
      }
      double ratio = ratio(labelled.mean(), labelFree.get(i));
      groups.add(with(group, Map.of(method.label(), new Value(ratio, null, 0, null))));
    }
    return snapshot.ofRows(rows.samples(), groups);
  }

  /** A snapshot of which no tracker can make a score. */
  static ImportanceSnapshot without(ImportanceSnapshot snapshot, int rows) {
    return snapshot.ofRows(
        rows,
        snapshot.groups().stream().map(group -> with(group, Map.<String, Value>of())).toList());
  }

  /** A group that no sample reaches has no gradient either way, and agrees with itself. */
  private static double ratio(double labelled, double labelFree) {
    return labelFree == 0 && labelled == 0 ? 1 : labelled / Math.max(labelFree, Float.MIN_NORMAL);
  }

  private static GroupImportance with(GroupImportance group, Map<String, Value> methods) {
    return new GroupImportance(group.name(), group.parameters(), group.units(), methods);
  }
}
