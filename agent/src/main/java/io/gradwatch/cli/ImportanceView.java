package io.gradwatch.cli;

import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the command {@code importance} prints.
 *
 * @param model name and digest of the file
 * @param samples rows of the file
 * @param labelled whether the numbers are of the loss on the labels, where a method knows labels
 * @param microBatch samples a pass
 * @param seconds device time
 * @param runs what each method took
 * @param groups in the module's order
 * @param inputs of the model, empty without attribution
 */
record ImportanceView(
    String model,
    int samples,
    boolean labelled,
    int microBatch,
    double seconds,
    List<Run> runs,
    List<Group> groups,
    List<Input> inputs) {

  /**
   * One method, or the four of the one pass together.
   *
   * @param samples rows that its numbers are made of; fewer than the file's where its budget or the
   *     labels did not last for more
   */
  record Run(List<String> methods, int samples, int microBatch, double seconds) {}

  /** One group; a method that the budget did not last for is missing. */
  record Group(String name, long parameters, Map<String, Estimate> methods) {}

  /** One input of the model. */
  record Input(String name, long features, Map<String, Attribution> methods) {}

  /** One method of one group. */
  record Estimate(double mean, double share, @Nullable Double stderr) {
    static Estimate of(Value value) {
      return new Estimate(value.mean(), value.share(), value.stderr());
    }
  }

  /**
   * The attribution of one input.
   *
   * @param features mean a feature in row-major order, binned by summing neighbours to at most 256
   */
  record Attribution(double mean, double share, @Nullable Double stderr, List<Float> features) {}

  /** Gathers what the methods gave. */
  static ImportanceView of(
      List<ImportanceSnapshot> snapshots, int samples, int microBatch, boolean labelled) {
    List<Run> runs = new ArrayList<>();
    Map<String, Group> groups = new LinkedHashMap<>();
    List<Input> inputs = new ArrayList<>();
    for (ImportanceSnapshot snapshot : snapshots) {
      List<String> methods = new ArrayList<>();
      for (ImportanceMethod method : ImportanceMethod.values()) {
        if (put(snapshot, method, labelled, groups, inputs)) {
          methods.add(method.label());
        }
      }
      runs.add(
          new Run(methods, snapshot.samples(), snapshot.tuning().microBatch(), snapshot.seconds()));
    }
    return new ImportanceView(
        snapshots.get(0).version().toString(),
        samples,
        labelled,
        microBatch,
        snapshots.stream().mapToDouble(ImportanceSnapshot::seconds).sum(),
        runs,
        List.copyOf(groups.values()),
        inputs);
  }

  /** Takes one method's numbers over; whether there were any. */
  private static boolean put(
      ImportanceSnapshot snapshot,
      ImportanceMethod method,
      boolean labelled,
      Map<String, Group> groups,
      List<Input> inputs) {
    boolean found = false;
    for (GroupImportance group : snapshot.groups()) {
      Value value = value(group, method, labelled);
      if (value == null) {
        continue;
      }
      found = true;
      if (method == ImportanceMethod.ATTRIBUTION) {
        inputs.add(new Input(group.name(), group.parameters(), Map.of(method.label(), of(value))));
      } else {
        groups
            .computeIfAbsent(
                group.name(), name -> new Group(name, group.parameters(), new LinkedHashMap<>()))
            .methods()
            .put(method.label(), Estimate.of(value));
      }
    }
    return found;
  }

  /** Of a method with both variants, only the one that is asked for. */
  private static @Nullable Value value(
      GroupImportance group, ImportanceMethod method, boolean labelled) {
    Value onLabels = group.methods().get("labelled-" + method.label());
    return labelled && (method.onePass() || onLabels != null)
        ? onLabels
        : group.methods().get(method.label());
  }

  private static Attribution of(Value value) {
    List<Float> features = value.profile() == null ? List.of() : value.profile();
    return new Attribution(value.mean(), value.share(), value.stderr(), features);
  }
}
