package io.gradwatch.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gradwatch.drift.ClopperPearson;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.DriftTracker;
import io.gradwatch.drift.FalseAlarmBudget;
import io.gradwatch.drift.Seasonality;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hipparchus.stat.descriptive.rank.Median;

/**
 * The demonstration's model on its digits, without labels: quiet windows, then the digits turned by
 * 90 degrees, at two budgets on the same windows.
 */
final class DemoDrift {
  private static final int QUIET = 200;
  private static final int PATIENCE = 20;
  private static final int FIRST_SEED = 2_000_000;
  private static final List<String> BUDGETS = List.of("10% in 200 windows", "1 per 90d");

  private DemoDrift() {}

  /**
   * What came at one budget.
   *
   * @param limit c, in windows
   * @param quietAlarms runs with an alarm in the quiet windows
   * @param low of the exact 95 % interval of their fraction
   * @param high of the same
   * @param found runs that were quiet and found the change within the windows watched
   * @param medianDelay of these, in windows
   * @param longestDelay of these
   */
  record Row(
      String budget,
      double limit,
      int runs,
      int quietAlarms,
      double low,
      double high,
      int found,
      double medianDelay,
      int longestDelay) {}

  /** Windows to the alarm by budget, counted from the first quiet one; 0 for none. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Run(int[] alarms) {}

  static void report(File json, int runs)
      throws IOException, InterruptedException, ExecutionException {
    List<Callable<Run>> tasks = new ArrayList<>();
    for (int n = 0; n < runs; n++) {
      int run = n;
      tasks.add(() -> run(run));
    }
    ExecutorService workers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Run> results = new ArrayList<>();
      for (Future<Run> future : workers.invokeAll(tasks)) {
        results.add(future.get());
      }
      List<Row> rows = new ArrayList<>();
      for (int budget = 0; budget < BUDGETS.size(); budget++) {
        rows.add(row(budget, results));
      }
      print(rows);
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json, rows);
    } finally {
      workers.shutdownNow();
    }
  }

  private static Run run(int run) {
    DriftStream stream = DriftStream.DIGITS;
    List<DriftTracker> trackers =
        BUDGETS.stream().map(budget -> DriftTracker.start(settings(budget), null)).toList();
    int[] alarms = new int[trackers.size()];
    RowSource quiet = stream.quiet(FIRST_SEED + run);
    RowSource rotated = stream.changes().get(0).after().rows(quiet, FIRST_SEED + run);
    try (WatchedModel model = WatchedModel.unlabelled(DriftModels.file(stream, run), stream)) {
      for (int n = 0; n < DriftRun.BASELINE + QUIET + PATIENCE; n++) {
        boolean changed = n >= DriftRun.BASELINE + QUIET;
        ImportanceSnapshot window = model.importance(changed ? rotated : quiet, n);
        for (int budget = 0; budget < alarms.length; budget++) {
          DriftReading reading = trackers.get(budget).accept(window).reading();
          if (alarms[budget] == 0 && reading.status() == DriftStatus.DRIFT) {
            alarms[budget] = n + 1 - DriftRun.BASELINE;
          }
        }
      }
    }
    System.err.printf("demo, run %d: alarms at windows %s%n", run, Arrays.toString(alarms));
    return new Run(alarms);
  }

  private static DriftSettings settings(String budget) {
    return new DriftSettings(
        ImportanceMethod.TAYLOR,
        FalseAlarmBudget.parse(budget),
        FalseAlarmBudget.parse("1 per 1d"),
        1,
        WatchedModel.LENGTH,
        Duration.ZERO,
        DriftRun.BASELINE,
        0.1,
        Seasonality.NONE);
  }

  private static Row row(int budget, List<Run> runs) {
    int[] alarms = runs.stream().mapToInt(run -> run.alarms()[budget]).toArray();
    int quietAlarms =
        (int) Arrays.stream(alarms).filter(alarm -> alarm > 0 && alarm <= QUIET).count();
    double[] delays =
        Arrays.stream(alarms).filter(a -> a > QUIET).mapToDouble(a -> a - QUIET).toArray();
    ClopperPearson interval = ClopperPearson.of(quietAlarms, runs.size());
    return new Row(
        BUDGETS.get(budget),
        settings(BUDGETS.get(budget)).pageLimit(),
        runs.size(),
        quietAlarms,
        interval.lower(),
        interval.upper(),
        delays.length,
        new Median().evaluate(delays),
        (int) Arrays.stream(delays).max().orElse(0));
  }

  private static void print(List<Row> rows) {
    System.out.printf("%nThe demonstration's model, digits turned by 90 degrees%n%n");
    System.out.printf(
        "| budget | c | runs with an alarm in %d quiet windows (95 %%) | found | median, longest"
            + " delay |%n| --- | --- | --- | --- | --- |%n",
        QUIET);
    for (Row row : rows) {
      System.out.printf(
          "| %s | %,.0f | %d of %d (%.1f-%.1f %%) | %d of %d | %.1f, %d |%n",
          row.budget(),
          row.limit(),
          row.quietAlarms(),
          row.runs(),
          100 * row.low(),
          100 * row.high(),
          row.found(),
          row.runs() - row.quietAlarms(),
          row.medianDelay(),
          row.longestDelay());
    }
  }
}
