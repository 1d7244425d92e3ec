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

/** Runs a benchmark by its name: {@code ./mvnw -q -Pbench -Dbench=NAME}. */
final class Bench {
  private static final String PREFIX = "importance-";
  private static final String STREAM = "stream-";
  private static final List<String> SECTIONS =
      List.of("cost", "equal-error", "group-error", "peers");

  private static final int DRIFT_RUNS = 10;
  private static final int DEMO_RUNS = 100;
  private static final int SHIFT_RUNS = 10;

  private static final int FUZZ_ROUNDS = 1_000_000;
  private static final long FUZZ_SEED = 1;

  private Bench() {}

  /** Takes the name and the folder that gets NAME.json. */
  public static void main(String[] arguments) throws Exception {
    String name = arguments.length > 0 ? arguments[0] : "";
    Path folder = Path.of(arguments.length > 1 ? arguments[1] : "target/bench");
    Files.createDirectories(folder);
    File json = folder.resolve(name + ".json").toFile();
    if (name.equals("importance")) {
      ImportanceBench.report(json, SECTIONS);
    } else if (name.equals("duty")) {
      DutyBench.main(new String[] {json.toString()});
    } else if (name.equals("drift")) {
      DriftBench.report(json, DRIFT_RUNS);
    } else if (name.equals("drift-quick")) {
      DriftBench.report(json, 1);
    } else if (name.equals("drift-shifts")) {
      ShiftBench.report(json, SHIFT_RUNS);
    } else if (name.equals("drift-demo")) {
      DemoDrift.report(json, DEMO_RUNS);
    } else if (name.equals("fire")) {
      FireBench.report(json, System.getProperty("bench.faults", ""));
    } else if (name.equals("fire-history")) {
      FireHistory.report(json);
    } else if (name.equals("stream-soak")) {
      StreamSoak.report(json, Integer.getInteger("bench.minutes", 30));
    } else if (name.equals("hour")) {
      Hour.report(folder.resolveSibling("hour"), Integer.getInteger("hour.minutes", 60));
    } else if (name.equals("payloads")) {
      PayloadBench.report(json);
    } else if (name.equals("pictures")) {
      takePictures(folder.resolve(name));
    } else if (name.equals("fuzz")) {
      System.out.println(Fuzzer.run(FUZZ_ROUNDS, FUZZ_SEED));
    } else if (name.equals("compose") || name.equals("image")) {
      ComposeBench.report(json, name.equals("image"));
    } else if (name.equals("importance-soak")) {
      Soak.report(json);
    } else if (name.equals("stream")) {
      StreamBench.report(json, StreamBench.SECTIONS, false);
    } else if (name.equals("stream-quick")) {
      StreamBench.report(json, StreamBench.SECTIONS, true);
    } else if (name.startsWith(STREAM)
        && StreamBench.SECTIONS.contains(name.substring(STREAM.length()))) {
      StreamBench.report(json, List.of(name.substring(STREAM.length())), false);
    } else if (name.startsWith(PREFIX) && SECTIONS.contains(name.substring(PREFIX.length()))) {
      ImportanceBench.report(json, List.of(name.substring(PREFIX.length())));
    } else {
      System.err.printf(
          "no benchmark is called '%s'; choose -Dbench=importance, one of its sections"
              + " importance-{%s}, importance-soak, compose, image, fire, fire-history, hour, payloads, pictures,"
              + " fuzz, duty, drift, drift-quick for one run of each stream, drift-demo, drift-shifts, stream, or"
              + " stream-quick to see that it works, or one of its sections stream-{%s}, or"
              + " stream-soak%n",
          name, String.join(",", SECTIONS), String.join(",", StreamBench.SECTIONS));
      System.exit(2);
    }
  }

  private static void takePictures(Path folder) throws Exception {
    String renderer = System.getProperty("pictures.renderer", "");
    if (!Pictures.take(folder, renderer, Boolean.getBoolean("golden.rewrite"))) {
      System.exit(1);
    }
  }
}
