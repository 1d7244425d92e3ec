package io.gradwatch.cli;

import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the command {@code importance} prints.
 *
 * @param model name and digest of the file
 * @param samples rows that the numbers are made of
 * @param labelled whether they are of the loss on the labels
 * @param microBatch samples a pass
 * @param seconds device time
 * @param groups in the module's order
 */
record ImportanceView(
    String model,
    int samples,
    boolean labelled,
    int microBatch,
    double seconds,
    List<Group> groups) {

  /** One group. */
  record Group(String name, long parameters, Map<String, Estimate> methods) {}

  /** One method of one group. */
  record Estimate(double mean, double share, @Nullable Double stderr) {}

  static ImportanceView of(
      ImportanceSnapshot snapshot, Collection<ImportanceMethod> methods, boolean labelled) {
    List<Group> groups = new ArrayList<>();
    for (GroupImportance group : snapshot.groups()) {
      Map<String, Estimate> numbers = new LinkedHashMap<>();
      for (ImportanceMethod method : ImportanceMethod.values()) {
        Value value = group.methods().get((labelled ? "labelled-" : "") + method.label());
        if (methods.contains(method) && value != null) {
          numbers.put(method.label(), new Estimate(value.mean(), value.share(), value.stderr()));
        }
      }
      groups.add(new Group(group.name(), group.parameters(), numbers));
    }
    return new ImportanceView(
        snapshot.version().toString(),
        snapshot.samples(),
        labelled,
        snapshot.tuning().microBatch(),
        snapshot.seconds(),
        groups);
  }

  /**
   * For people: a line a group, the mean and the share of each method; the standard error too where
   * {@value Main#WIDTH} columns have room for it.
   */
  String table() {
    List<String> methods = List.copyOf(groups.get(0).methods().keySet());
    boolean errors = methods.size() <= 2;
    int names = groups.stream().mapToInt(group -> group.name().length()).max().orElse(0);
    String head = "%-" + Math.max(14, names) + "s %10s";
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            "%s, %d samples, %s, micro-batch %d, %.2f s%nmean%s and share of the model's total%n%n",
            model,
            samples,
            labelled ? "labelled" : "label-free",
            microBatch,
            seconds,
            errors ? ", standard error" : ""));
    table.append(String.format(Locale.ROOT, head, "group", "parameters"));
    methods.forEach(
        method -> table.append(String.format(Locale.ROOT, errors ? "%30s" : "%18s", method)));
    for (Group group : groups) {
      table.append(String.format(Locale.ROOT, "%n" + head, group.name(), group.parameters()));
      methods.forEach(method -> table.append(cell(group.methods().get(method), errors)));
    }
    return table.toString();
  }

  private static String cell(@Nullable Estimate number, boolean errors) {
    if (number == null) {
      return " ".repeat(errors ? 30 : 18);
    }
    String mean = String.format(Locale.ROOT, errors ? "%12.3g" : "%10.3g", number.mean());
    String share = String.format(Locale.ROOT, "%7.1f%%", 100 * number.share());
    if (!errors) {
      return mean + share;
    }
    Double stderr = number.stderr();
    return mean
        + (stderr == null
            ? " ".repeat(10)
            : String.format(Locale.ROOT, " %-9s", String.format(Locale.ROOT, "+-%.1g", stderr)))
        + share;
  }
}
