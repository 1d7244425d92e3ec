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
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

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
        snapshot.microBatch(),
        snapshot.seconds(),
        groups);
  }

  /** For people: a line a group, the mean with its standard error and the share of each method. */
  String table() {
    List<String> methods = List.copyOf(groups.get(0).methods().keySet());
    int names = groups.stream().mapToInt(group -> group.name().length()).max().orElse(0);
    List<Column> columns = new ArrayList<>();
    columns.add(new Column(Math.max(12, names + 2), 0, Overflow.TRUNCATE));
    columns.add(new Column(12, 0, Overflow.TRUNCATE));
    methods.forEach(method -> columns.add(new Column(32, 2, Overflow.TRUNCATE)));
    TextTable table =
        TextTable.forColumns(Help.defaultColorScheme(Ansi.OFF), columns.toArray(Column[]::new));
    List<String> header = new ArrayList<>(List.of("group", "parameters"));
    header.addAll(methods);
    table.addRowValues(header.toArray(String[]::new));
    for (Group group : groups) {
      List<String> row = new ArrayList<>(List.of(group.name(), Long.toString(group.parameters())));
      methods.forEach(method -> row.add(cell(group.methods().get(method))));
      table.addRowValues(row.toArray(String[]::new));
    }
    return "%s, %d samples, %s, micro-batch %d, %.2f s%n%n%s"
        .formatted(
            model, samples, labelled ? "labelled" : "label-free", microBatch, seconds, table);
  }

  private static String cell(@Nullable Estimate number) {
    if (number == null) {
      return "";
    }
    String stderr =
        number.stderr() == null ? "" : String.format(Locale.ROOT, " +-%.1g", number.stderr());
    return String.format(
        Locale.ROOT, "%.4g%s  %5.1f%%", number.mean(), stderr, 100 * number.share());
  }
}
