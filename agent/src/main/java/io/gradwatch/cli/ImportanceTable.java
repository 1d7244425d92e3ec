package io.gradwatch.cli;

import io.gradwatch.cli.ImportanceView.Attribution;
import io.gradwatch.cli.ImportanceView.Estimate;
import io.gradwatch.cli.ImportanceView.Group;
import io.gradwatch.cli.ImportanceView.Input;
import io.gradwatch.cli.ImportanceView.Run;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The importance of a model for people, at most {@value Main#WIDTH} columns wide: a line a group,
 * the mean and the share of each method, and the standard error where there is room for it; many
 * methods in several blocks, one below the other.
 */
final class ImportanceTable {
  private static final int SHORTEST_NAME = 14;

  /** Longer names lose their beginning, so that two columns stay beside them. */
  private static final int LONGEST_NAME = 41;

  private static final int PARAMETERS = 11;
  private static final int CELL = 18;
  private static final int CELL_WITH_ERROR = 24;
  private static final int TOP = 5;

  private final ImportanceView view;
  private final List<String> methods;
  private final int names;
  private final boolean errors;
  private final StringBuilder text = new StringBuilder();

  private ImportanceTable(ImportanceView view) {
    this.view = view;
    Set<String> found = new LinkedHashSet<>();
    view.runs().forEach(run -> found.addAll(run.methods()));
    found.remove("attribution");
    this.methods = List.copyOf(found);
    int longest = view.groups().stream().mapToInt(group -> group.name().length()).max().orElse(0);
    this.names = Math.min(LONGEST_NAME, Math.max(SHORTEST_NAME, longest));
    this.errors = methods.size() <= room(CELL_WITH_ERROR) || methods.size() > room(CELL);
  }

  static String of(ImportanceView view) {
    ImportanceTable table = new ImportanceTable(view);
    table.title();
    int columns = table.room(table.errors ? CELL_WITH_ERROR : CELL);
    for (int from = 0; from < table.methods.size(); from += columns) {
      int to = Math.min(from + columns, table.methods.size());
      table.block(table.methods.subList(from, to));
    }
    if (!view.inputs().isEmpty()) {
      table.inputs();
    }
    return table.text.toString();
  }

  private int room(int cell) {
    return (Main.WIDTH - names - PARAMETERS) / cell;
  }

  private void title() {
    print(
        "%s, %d samples, %s, micro-batch %d, %.2f s%nmean%s and share of the model's total",
        view.model(),
        view.samples(),
        view.labelled() ? "labelled" : "label-free",
        view.microBatch(),
        view.seconds(),
        errors ? ", its standard error in percent" : "");
    for (Run run : view.runs()) {
      if (run.samples() < view.samples()) {
        print("%n%s: %d samples only", String.join(", ", run.methods()), run.samples());
      }
    }
  }

  private void block(List<String> columns) {
    print("%n%n%-" + names + "s%" + PARAMETERS + "s", "group", "parameters");
    columns.forEach(method -> print("%" + (errors ? CELL_WITH_ERROR : CELL) + "s", method));
    for (Group group : view.groups()) {
      print("%n%-" + names + "s%" + PARAMETERS + "d", shorten(group.name()), group.parameters());
      columns.forEach(method -> text.append(cell(group.methods().get(method), errors)));
    }
  }

  private void inputs() {
    print("%n%n%-" + names + "s%" + PARAMETERS + "s%24s", "input", "features", "attribution");
    List<Feature> features = new ArrayList<>();
    for (Input input : view.inputs()) {
      for (Attribution number : input.methods().values()) {
        Estimate estimate = new Estimate(number.mean(), number.share(), number.stderr());
        print(
            "%n%-" + names + "s%" + PARAMETERS + "d%s",
            shorten(input.name()),
            input.features(),
            cell(estimate, true));
        features.addAll(features(input, number));
      }
    }
    double total = features.stream().mapToDouble(Feature::mean).sum();
    print("%nTop features:");
    features.stream()
        .sorted(Comparator.comparingDouble(Feature::mean).reversed())
        .limit(TOP)
        .forEach(
            feature ->
                print(
                    "%n  %-40s%6.1f%%",
                    feature.name(), total > 0 ? feature.mean() / total * 100 : 0));
  }

  /** A feature, or neighbours that share one number. */
  private record Feature(String name, double mean) {}

  private static List<Feature> features(Input input, Attribution attribution) {
    List<Feature> features = new ArrayList<>();
    int entries = attribution.features().size();
    for (int i = 0; i < entries; i++) {
      // Feature u belongs to entry floor(u entries / features).
      long from = -Math.floorDiv(-i * input.features(), (long) entries);
      long to = -Math.floorDiv(-(i + 1) * input.features(), (long) entries) - 1;
      String range = from == to ? "%d".formatted(from) : "%d..%d".formatted(from, to);
      features.add(
          new Feature(
              "%s[%s]".formatted(shorten(input.name()), range), attribution.features().get(i)));
    }
    return features;
  }

  private static String cell(@Nullable Estimate number, boolean errors) {
    if (number == null) {
      return " ".repeat(errors ? CELL_WITH_ERROR : CELL);
    }
    String error = errors ? String.format(Locale.ROOT, " %-6s", error(number)) : "";
    return String.format(Locale.ROOT, "%10.3g%s", number.mean(), error)
        + String.format(Locale.ROOT, errors ? "%6.1f%%" : "%7.1f%%", 100 * number.share());
  }

  private static String error(Estimate number) {
    Double stderr = number.stderr();
    if (stderr == null || number.mean() == 0) {
      return "";
    }
    double percent = 100 * stderr / Math.abs(number.mean());
    return percent > 999 ? ">999%" : String.format(Locale.ROOT, "+-%.0f%%", percent);
  }

  private static String shorten(String name) {
    return name.length() <= LONGEST_NAME
        ? name
        : ".." + name.substring(name.length() - LONGEST_NAME + 2);
  }

  private void print(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }
}
