package io.gradwatch.fire;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;

/** The long run under fire: every kind of fault, in random order with a fixed seed. */
public final class FireBench {
  private static final long SEED = 20260302;
  private static final Map<Fault, Integer> TIMES = new LinkedHashMap<>();

  static {
    TIMES.put(Fault.KILL_AGENT, 9);
    TIMES.put(Fault.WIPE, 5);
    TIMES.put(Fault.KILL_BROKER, 8);
    TIMES.put(Fault.PAUSE_BROKER, 3);
    TIMES.put(Fault.PAUSE_AGENT, 3);
    TIMES.put(Fault.CUT, 3);
    TIMES.put(Fault.DELAY, 3);
    TIMES.put(Fault.SCALE, 4);
  }

  private FireBench() {}

  /**
   * Runs it, prints a table and writes it.
   *
   * @param only names of the faults to run, by commas; empty for all
   */
  public static void report(File json, String only)
      throws IOException, InterruptedException, ExecutionException {
    Map<Fault, Integer> times = new LinkedHashMap<>(TIMES);
    if (!only.isEmpty()) {
      times.keySet().retainAll(List.of(only.split(",")).stream().map(Fault::valueOf).toList());
    }
    Path directory = Files.createTempDirectory("gradwatch-fire-");
    System.out.printf("logs and data in %s%n", directory);
    FireRun.Report report = FireRun.run(directory, plan(times));
    Map<String, Object> result = new LinkedHashMap<>();
    times.forEach((fault, count) -> result.put(fault.title(), count));
    result.put("seconds", report.took().toSeconds());
    result.put("agents that ended by themselves", report.endedByThemselves());
    put(result, report.verdict());
    print(result);
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json, result);
  }

  static void put(Map<String, Object> result, Verdict verdict) {
    result.put("windows expected", verdict.expected().size());
    result.put("windows published", verdict.published().size());
    result.put("lost", verdict.lost().size());
    result.put("twice", verdict.duplicated().size());
    result.put("wrong sample", verdict.wrong().size());
    result.put("all in order, readings too", verdict.isClean());
    System.out.printf(
        "lost %s%ntwice %s%nwrong %s%n", verdict.lost(), verdict.duplicated(), verdict.wrong());
  }

  static void print(Map<String, Object> result) {
    System.out.println("| fault or result | count |\n|---|---|");
    result.forEach((name, value) -> System.out.printf("| %s | %s |%n", name, value));
  }

  private static FireRun.Plan plan(Map<Fault, Integer> times) {
    List<Fault> faults = new ArrayList<>();
    times.forEach((fault, count) -> faults.addAll(Collections.nCopies(count, fault)));
    Collections.shuffle(faults, new Random(SEED));
    return new FireRun.Plan(
        3, faults, Duration.ofSeconds(15), Duration.ofSeconds(20), Duration.ofSeconds(4), SEED);
  }
}
