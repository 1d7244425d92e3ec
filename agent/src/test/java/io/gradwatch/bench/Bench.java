package io.gradwatch.bench;

import io.gradwatch.demo.Pictures;
import io.gradwatch.deploy.ComposeBench;
import io.gradwatch.fire.FireBench;
import io.gradwatch.fire.FireHistory;
import io.gradwatch.fire.StreamSoak;
import io.gradwatch.hour.Hour;
import io.gradwatch.sample.payload.Fuzzer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Runs a benchmark by its name: {@code ./mvnw -q -Pbench -Dbench=NAME}. */
public final class Bench {
  private static final List<String> IMPORTANCE =
      List.of("cost", "equal-error", "group-error", "peers");

  private static final int DRIFT_RUNS = 10;
  private static final int DEMO_RUNS = 100;
  private static final int SHIFT_RUNS = 10;

  private static final int FUZZ_ROUNDS = 1_000_000;
  private static final long FUZZ_SEED = 1;

  private static final Map<String, Benchmark> BY_NAME = byName();

  /** What a name stands for. */
  private interface Benchmark {
    /**
     * Runs it, and says on standard output what came out.
     *
     * @param json where the same goes as JSON; what is more than that goes beside it
     */
    void report(File json) throws Exception;
  }

  private Bench() {}

  private static Map<String, Benchmark> byName() {
    Map<String, Benchmark> benchmarks = new TreeMap<>();
    benchmarks.put("importance", json -> ImportanceBench.report(json, IMPORTANCE));
    for (String section : IMPORTANCE) {
      benchmarks.put(
          "importance-" + section, json -> ImportanceBench.report(json, List.of(section)));
    }
    benchmarks.put("importance-soak", Soak::report);
    benchmarks.put("duty", json -> DutyBench.main(new String[] {json.toString()}));
    benchmarks.put("drift", json -> DriftBench.report(json, DRIFT_RUNS));
    benchmarks.put("drift-quick", json -> DriftBench.report(json, 1));
    benchmarks.put("drift-shifts", json -> ShiftBench.report(json, SHIFT_RUNS));
    benchmarks.put("drift-demo", json -> DemoDrift.report(json, DEMO_RUNS));
    benchmarks.put("stream", json -> StreamBench.report(json, StreamBench.SECTIONS, false));
    benchmarks.put("stream-quick", json -> StreamBench.report(json, StreamBench.SECTIONS, true));
    for (String section : StreamBench.SECTIONS) {
      benchmarks.put(
          "stream-" + section, json -> StreamBench.report(json, List.of(section), false));
    }
    benchmarks.put(
        "stream-soak", json -> StreamSoak.report(json, Integer.getInteger("bench.minutes", 30)));
    benchmarks.put("fire", json -> FireBench.report(json, System.getProperty("bench.faults", "")));
    benchmarks.put("fire-history", FireHistory::report);
    benchmarks.put(
        "hour",
        json ->
            Hour.report(
                json.toPath().resolveSibling("../hour").normalize(),
                Integer.getInteger("hour.minutes", 60)));
    benchmarks.put("payloads", PayloadBench::report);
    benchmarks.put("fuzz", json -> System.out.println(Fuzzer.run(FUZZ_ROUNDS, FUZZ_SEED)));
    benchmarks.put("compose", json -> ComposeBench.report(json, false));
    benchmarks.put("image", json -> ComposeBench.report(json, true));
    benchmarks.put("pictures", json -> takePictures(json.toPath().resolveSibling("pictures")));
    return benchmarks;
  }

  /** What there is to choose from. */
  public static Set<String> names() {
    return BY_NAME.keySet();
  }

  /** Takes the name and the folder that gets NAME.json. */
  public static void main(String[] arguments) throws Exception {
    String name = arguments.length > 0 ? arguments[0] : "";
    Path folder = Path.of(arguments.length > 1 ? arguments[1] : "target/bench");
    Benchmark benchmark = BY_NAME.get(name);
    if (benchmark == null) {
      System.err.printf(
          "no benchmark is called '%s'; choose -Dbench=NAME of %s%n",
          name, String.join(", ", names()));
      System.exit(2);
    }
    Files.createDirectories(folder);
    benchmark.report(folder.resolve(name + ".json").toFile());
  }

  private static void takePictures(Path folder) throws Exception {
    String renderer = System.getProperty("pictures.renderer", "");
    if (!Pictures.take(folder, renderer, Boolean.getBoolean("golden.rewrite"))) {
      System.exit(1);
    }
  }
}
