package io.gradwatch.bench;

import io.gradwatch.bench.DriftResults.Detection;
import io.gradwatch.bench.DriftResults.FalseAlarms;
import io.gradwatch.bench.DriftStream.Kind;
import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The results as Markdown. */
final class DriftTable {
  private static final DecimalFormat NUMBER =
      new DecimalFormat("0.#", DecimalFormatSymbols.getInstance(Locale.ROOT));
  private static final List<DetectorKind> SHOWN =
      Arrays.stream(DetectorKind.values())
          .filter(kind -> kind != DetectorKind.ALWAYS && kind != DetectorKind.NEVER)
          .toList();

  private final DriftResults results;
  private final PrintStream out;

  private DriftTable(DriftResults results, PrintStream out) {
    this.results = results;
    this.out = out;
  }

  static void print(DriftResults results, PrintStream out) {
    DriftTable table = new DriftTable(results, out);
    table.delays();
    table.falseAlarms();
    table.ahead();
  }

  private void delays() {
    out.printf(
        "%nMedian delay in windows, of %d runs a stream; in brackets the runs that found it of those that"
            + " were quiet before, where that is not all.%nImportance: the largest change of a"
            + " group's; median over runs, as the accuracy.%n%n",
        results.runs());
    head("stream: change | changes | importance | accuracy", 4);
    for (Map<DetectorKind, Detection> change : results.byChange()) {
      Detection first = change.get(DetectorKind.GRADWATCH);
      String name =
          String.format(
              Locale.ROOT,
              "%s: %s | %s | %.0f %% | %.2f to %.2f",
              first.stream(),
              first.change(),
              first.kind().name().toLowerCase(Locale.ROOT),
              100 * Math.expm1(first.effect()),
              first.accuracyBefore(),
              first.accuracy());
      row(name, kind -> delay(change.get(kind)));
    }
    row(
        "**false alarms per 1,000 quiet windows** | | |",
        kind -> perThousand(results.falseAlarms(DriftResults.ALL, kind)));
  }

  private void falseAlarms() {
    out.printf(
        "%nFalse alarms in %d quiet windows a stream (runs with one, of %d)%n%n",
        results.runs() * DriftRun.QUIET, results.runs());
    head("stream", 1);
    for (DriftStream stream : DriftStream.values()) {
      row(
          stream.label(),
          kind -> {
            FalseAlarms row = results.falseAlarms(stream.label(), kind);
            String abstained = row.abstained() > 0 ? ", abstains " + row.abstained() : "";
            return row.alarms() == 0 && row.abstained() == 0
                ? "0"
                : row.alarms() + " (" + row.runsWithAlarm() + abstained + ")";
          });
    }
    row(
        "per 1,000 (95 % interval)",
        kind -> {
          FalseAlarms row = results.falseAlarms(DriftResults.ALL, kind);
          return String.format(
              Locale.ROOT, "%s (%.2f-%.2f)", perThousand(row), row.low(), row.high());
        });
  }

  private void ahead() {
    out.printf(
        "%nSooner than Gradwatch with a number of false alarms on that stream that agrees with 1 in"
            + " %d windows%n%n",
        GradwatchDetector.LIMIT);
    for (Map<DetectorKind, Detection> change : results.byChange()) {
      Detection first = change.get(DetectorKind.GRADWATCH);
      boolean nothing = first.kind() == Kind.NUISANCE;
      List<Detection> named = nothing ? alarmed(change) : results.ahead(change);
      String names =
          named.stream()
              .map(row -> row.detector().label + " " + delay(row))
              .collect(Collectors.joining(", "));
      out.printf(
          "- %s, %s: %s%s%n",
          first.stream(),
          first.change(),
          nothing ? "alarm for nothing: " : "",
          names.isEmpty() ? "none" : names);
    }
  }

  private static List<Detection> alarmed(Map<DetectorKind, Detection> change) {
    return SHOWN.stream().map(change::get).filter(row -> row.detected() > 0).toList();
  }

  private void head(String first, int columns) {
    row(first, kind -> kind.label);
    row(String.join(" | ", Collections.nCopies(columns, "---")), kind -> "---");
  }

  private void row(String first, Function<DetectorKind, String> cell) {
    out.println(
        SHOWN.stream().map(cell).collect(Collectors.joining(" | ", "| " + first + " | ", " |")));
  }

  private static String perThousand(FalseAlarms row) {
    return String.format(Locale.ROOT, "%.1f", row.perThousand());
  }

  /** Counts of runs stand only where they are not all of them. */
  private String delay(Detection row) {
    Double delay = row.medianDelay();
    boolean all = row.eligible() == results.runs();
    if (delay == null) {
      return all ? "-" : "- (0/%d)".formatted(row.eligible());
    }
    return NUMBER.format(delay)
        + (row.detected() == results.runs()
            ? ""
            : " (%d/%d)".formatted(row.detected(), row.eligible()));
  }
}
