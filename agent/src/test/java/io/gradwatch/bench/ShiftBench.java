package io.gradwatch.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gradwatch.bench.DriftDetector.Verdict;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.OnePass;
import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.hipparchus.stat.descriptive.moment.Mean;
import org.hipparchus.stat.descriptive.moment.StandardDeviation;

/**
 * Which kinds of shift which numbers of a window react to at all: the fraction of single windows
 * that stand out at a level of 5 %, without evidence, budget or deadband.
 *
 * <p>Tests of inputs and outputs have their own level. An importance stands out where the largest
 * |z| of its groups, on the log scale, is beyond the 95 % quantile of quiet windows that the z were
 * not made of.
 */
final class ShiftBench {
  private static final double LEVEL = 0.05;

  /** Windows that means and deviations are made of, as many for the quantile and for each row. */
  private static final int WINDOWS = 200;

  private static final DriftStream STREAM = DriftStream.GAUSSIAN;

  /** A number of each group, on the log scale, that may react. */
  private enum Reaction {
    FISHER("Fisher") {
      @Override
      double of(GroupImportance group) {
        return Math.log(mean(group, ImportanceMethod.FISHER.label()));
      }
    },
    TAYLOR("Taylor") {
      @Override
      double of(GroupImportance group) {
        return Math.log(mean(group, ImportanceMethod.TAYLOR.label()));
      }
    },
    CONCEPT("Taylor, labelled over label-free") {
      @Override
      double of(GroupImportance group) {
        String taylor = ImportanceMethod.TAYLOR.label();
        return Math.log(mean(group, OnePass.LABELLED + taylor) / mean(group, taylor));
      }
    };

    final String title;

    Reaction(String title) {
      this.title = title;
    }

    abstract double of(GroupImportance group);

    private static double mean(GroupImportance group, String method) {
      return group.methods().get(method).mean();
    }
  }

  private record Shift(String name, After rows) {}

  private interface After {
    RowSource of(RowSource quiet, int run);
  }

  /** What came of one shift, over all runs. */
  private record Row(double accuracy, Map<String, Double> rates) {}

  private static final List<Shift> SHIFTS =
      List.of(
          new Shift("none", (quiet, run) -> quiet),
          new Shift("irrelevant features shift by 0.5 sd", (quiet, run) -> shifted(run, 0.5, 0)),
          new Shift("irrelevant features shift by 1 sd", (quiet, run) -> shifted(run, 1, 0)),
          new Shift("relevant features become correlated", (quiet, run) -> shifted(run, 0, 0.8)),
          new Shift(
              "the labels of half the rows change their meaning", (quiet, run) -> flipped(quiet)));

  private ShiftBench() {}

  /** Prints the table, and writes it to {@code json}. */
  static void report(File json, int runs) throws Exception {
    DriftModels.train(Python.find(), runs);
    List<List<Row>> all = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      all.add(run(run));
      System.err.printf("run %d of %d%n", run + 1, runs);
    }
    Map<String, Row> table = new LinkedHashMap<>();
    for (int i = 0; i < SHIFTS.size(); i++) {
      int shift = i;
      table.put(SHIFTS.get(i).name(), mean(all.stream().map(rows -> rows.get(shift)).toList()));
    }
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json, table);
    print(table, runs);
  }

  private static List<Row> run(int run) {
    RowSource source = STREAM.quiet(run);
    STREAM.start(source);
    try (WatchedModel model =
        WatchedModel.labelled(
            DriftModels.file(STREAM, run),
            STREAM,
            Set.of(ImportanceMethod.TAYLOR, ImportanceMethod.FISHER))) {
      List<DriftWindow> baseline = model.windows(source, 0, WINDOWS);
      List<DriftWindow> quiet = model.windows(source, WINDOWS, WINDOWS);
      Map<String, Predicate<DriftWindow>> standsOut = new LinkedHashMap<>();
      DriftDetector inputs = new KsDetector(baseline, DriftWindow::inputs, LEVEL);
      DriftDetector outputs = new KsDetector(baseline, DriftWindow::outputs, LEVEL);
      standsOut.put("KS on inputs", window -> inputs.judge(window) == Verdict.ALARM);
      standsOut.put("KS on outputs", window -> outputs.judge(window) == Verdict.ALARM);
      for (Reaction reaction : Reaction.values()) {
        standsOut.put(reaction.title, beyond(largest(reaction, baseline), quiet));
      }
      return SHIFTS.stream()
          .map(
              shift ->
                  row(model.windows(shift.rows().of(source, run), 2 * WINDOWS, WINDOWS), standsOut))
          .toList();
    }
  }

  private static Row row(List<DriftWindow> windows, Map<String, Predicate<DriftWindow>> standsOut) {
    Map<String, Double> rates = new LinkedHashMap<>();
    standsOut.forEach(
        (name, test) ->
            rates.put(name, (double) windows.stream().filter(test).count() / windows.size()));
    return new Row(DriftRun.accuracy(windows), rates);
  }

  private static Predicate<DriftWindow> beyond(
      ToDoubleFunction<DriftWindow> statistic, List<DriftWindow> quiet) {
    double limit = Spread.quantile(quiet.stream().mapToDouble(statistic).toArray(), 1 - LEVEL);
    return window -> statistic.applyAsDouble(window) > limit;
  }

  /** The largest |z| of the groups. */
  private static ToDoubleFunction<DriftWindow> largest(
      Reaction reaction, List<DriftWindow> baseline) {
    int groups = baseline.get(0).importance().groups().size();
    double[] means = new double[groups];
    double[] deviations = new double[groups];
    for (int i = 0; i < groups; i++) {
      int group = i;
      double[] values =
          baseline.stream()
              .mapToDouble(window -> log(reaction, window.importance(), group))
              .toArray();
      means[i] = new Mean().evaluate(values);
      deviations[i] = new StandardDeviation().evaluate(values);
    }
    return window -> {
      double most = 0;
      for (int i = 0; i < groups; i++) {
        double z = (log(reaction, window.importance(), i) - means[i]) / deviations[i];
        most = Math.max(most, Math.abs(z));
      }
      return most;
    };
  }

  private static double log(Reaction reaction, ImportanceSnapshot importance, int group) {
    return reaction.of(importance.groups().get(group));
  }

  private static RowSource shifted(int run, double irrelevant, double correlation) {
    return new GaussianSource(STREAM.other(run), irrelevant, correlation);
  }

  /** Where the first relevant feature is positive, which is half the rows. */
  private static RowSource flipped(RowSource quiet) {
    return () -> {
      LabelledRow row = quiet.next();
      return row.values()[0] > 0 ? new LabelledRow(row.values(), 1 - row.label()) : row;
    };
  }

  private static Row mean(List<Row> rows) {
    Map<String, Double> rates = new LinkedHashMap<>();
    for (String name : rows.get(0).rates().keySet()) {
      rates.put(
          name, rows.stream().mapToDouble(row -> row.rates().get(name)).average().orElseThrow());
    }
    return new Row(rows.stream().mapToDouble(Row::accuracy).average().orElseThrow(), rates);
  }

  private static void print(Map<String, Row> table, int runs) {
    System.out.printf(
        "%nFraction of %d windows of %d rows that stand out at 5 %%, in %d runs with a model each.%n%n",
        WINDOWS, WatchedModel.WINDOW, runs);
    List<String> columns = List.copyOf(table.values().iterator().next().rates().keySet());
    System.out.println("| shift in the traffic | accuracy | " + String.join(" | ", columns) + " |");
    System.out.println("|---".repeat(columns.size() + 2) + "|");
    table.forEach(
        (name, row) -> {
          System.out.printf(Locale.ROOT, "| %s | %.2f |", name, row.accuracy());
          columns.forEach(c -> System.out.printf(Locale.ROOT, " %.2f |", row.rates().get(c)));
          System.out.println();
        });
  }
}
