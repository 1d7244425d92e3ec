package io.gradwatch.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How soon drift is found, and how often an alarm comes without one: Gradwatch on its real path and
 * what people use today, on the same windows of streams with fixed seeds.
 *
 * <p>A false alarm is an alarm in a quiet window; a test that alarms in ten windows counts ten. A
 * delay is that of a run without a false alarm before. Runs are independent: each has seeds of its
 * own and, but for the digits, a model of its own.
 */
final class DriftBench {
  private DriftBench() {}

  /**
   * Runs every stream so many times and prints the table. What there is after each round of all
   * streams is written to {@code json} and, as Markdown, beside it.
   */
  static void report(File json, int runs) throws Exception {
    long begin = System.nanoTime();
    System.err.println("training the models");
    DriftModels.train(Python.find(), runs);
    ExecutorService workers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<DriftRun> done = new ArrayList<>();
      for (int run = 0; run < runs; run++) {
        done.addAll(round(workers, run));
        write(json, DriftResults.of(done));
        System.err.printf("round %d of %d after %d s%n", run + 1, runs, seconds(begin));
      }
      DriftTable.print(DriftResults.of(done), System.out);
    } finally {
      workers.shutdownNow();
    }
  }

  /** One run of each stream, the longest first, so that no worker waits for long at the end. */
  private static List<DriftRun> round(ExecutorService workers, int run)
      throws InterruptedException, ExecutionException {
    List<Callable<DriftRun>> tasks =
        Arrays.stream(DriftStream.values())
            .sorted(Comparator.comparingInt(stream -> -stream.changes().size()))
            .<Callable<DriftRun>>map(stream -> () -> DriftRun.of(stream, run))
            .toList();
    List<DriftRun> results = new ArrayList<>();
    for (Future<DriftRun> future : workers.invokeAll(tasks)) {
      results.add(future.get());
    }
    return results;
  }

  private static long seconds(long begin) {
    return (System.nanoTime() - begin) / 1_000_000_000;
  }

  private static void write(File json, DriftResults results) throws IOException {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("window", WatchedModel.WINDOW);
    document.put("baseline", DriftRun.BASELINE);
    document.put("quiet", DriftRun.QUIET);
    document.put("patience", DriftRun.PATIENCE);
    document.put("limit", GradwatchDetector.LIMIT);
    document.put("results", results);
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json, document);
    try (PrintStream table = new PrintStream(json.getPath().replace(".json", ".md"), UTF_8)) {
      DriftTable.print(results, table);
    }
  }
}
