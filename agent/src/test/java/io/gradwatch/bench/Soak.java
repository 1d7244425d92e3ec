package io.gradwatch.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gradwatch.importance.device.ManagedArrays;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.hipparchus.stat.regression.SimpleRegression;

/**
 * Whether memory stays where it is over many windows of 256 digits at b = 16.
 *
 * <p>In a process of its own with the flags of bin/gradwatch and a Java heap that is fixed and
 * touched at the start, so that what grows is libtorch's. The slope of resident memory is that of
 * the straight line through all windows after the first ones.
 *
 * <p>Usage of the process: {@code Soak <windows> <first windows left out>}.
 */
final class Soak {
  static final List<String> FIXED_HEAP =
      List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch", "-XX:+ExitOnOutOfMemoryError");
  private static final int SAMPLES = 256;
  private static final int MICRO_BATCH = 16;

  /** Windows in which the machine still compiles: nine tenths of a MiB per hundred of them. */
  private static final int WARMING_UP = 2_000;

  private Soak() {}

  /** Runs 10,000 windows, prints what they say and writes it. */
  static void report(File json) throws IOException, InterruptedException {
    JsonNode result = run(10_000, WARMING_UP);
    System.out.printf(
        "%,d windows: %.0f MiB resident, %+.3f MiB per 100 windows after the first %,d (at most 1),"
            + " managed arrays %d to %d%n",
        result.get("windows").asInt(),
        result.get("residentMiB").asDouble(),
        result.get("slopeMiBPer100").asDouble(),
        WARMING_UP,
        result.get("fewestArrays").asInt(),
        result.get("mostArrays").asInt());
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json, result);
  }

  static JsonNode run(int windows, int first) throws IOException, InterruptedException {
    return Child.java(Soak.class, FIXED_HEAP, String.valueOf(windows), String.valueOf(first));
  }

  public static void main(String[] arguments) throws IOException {
    int windows = Integer.parseInt(arguments[0]);
    int first = Integer.parseInt(arguments[1]);
    List<InferenceSample> samples = BenchModel.DIGITS.samples(SAMPLES);
    SimpleRegression resident = new SimpleRegression();
    int fewest = Integer.MAX_VALUE;
    int most = 0;
    try (TorchScript model = BenchModel.DIGITS.load()) {
      for (int window = 0; window < windows; window++) {
        BenchModel.importance(model, samples, MICRO_BATCH, window);
        if (window >= first) {
          resident.addData(window, Memory.residentMiB());
          fewest = Math.min(fewest, ManagedArrays.of(model));
          most = Math.max(most, ManagedArrays.of(model));
        }
      }
    }
    System.out.println(
        new ObjectMapper()
            .writeValueAsString(
                Map.of(
                    "windows", windows,
                    "residentMiB", Memory.residentMiB(),
                    "slopeMiBPer100", 100 * resident.getSlope(),
                    "fewestArrays", fewest,
                    "mostArrays", most)));
  }
}
