package io.gradwatch.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The same importance by Python's torch, of the same samples and weights, on one thread, each in a
 * process of its own.
 *
 * <p>All give fisher, taylor and unit-taylor a tensor from the label-free vectors of {@code
 * OutputVector}. The loop, {@code functorch.vmap} and ours at b = 1 square the gradient of each
 * sample; ours at b = 16 squares a sketch of 16, unbiased with a larger error (see {@link
 * GroupError}). The Python is Debian's torch 1.13 with a generic BLAS, ours has libtorch 2.7.1 with
 * MKL: part of the difference in time is theirs.
 */
final class Peers {
  private static final int ROUNDS = 5;
  private static final List<BenchModel> MODELS =
      List.of(BenchModel.DIGITS, BenchModel.CNN, BenchModel.RESNET18);

  private Peers() {}

  /**
   * One way to compute one model's.
   *
   * @param milliseconds a sample
   * @param peakMiB most memory resident
   * @param growthMiB what of it came with the model
   * @param fisher of the whole model: the same everywhere but for the signs' noise
   */
  record Row(
      String model,
      String way,
      int samples,
      Spread milliseconds,
      double peakMiB,
      double growthMiB,
      double fisher) {}

  static List<Row> measure(Python python) throws IOException, InterruptedException {
    List<Row> rows = new ArrayList<>();
    for (BenchModel model : MODELS) {
      String data = model.write(model.samples(model.window)).toString();
      for (String way : List.of("loop", "vmap")) {
        String json =
            python.run(
                "bench_peers.py",
                model.label(),
                model.file().toString(),
                data,
                way,
                String.valueOf(ROUNDS));
        rows.add(row(model, "Python " + way, new ObjectMapper().readTree(json)));
      }
      for (String b : List.of("1", "16")) {
        String rounds = String.valueOf(ROUNDS);
        JsonNode json = Child.java(OneProcess.class, List.of(), model.name(), b, rounds);
        rows.add(row(model, "Gradwatch b = " + b, json));
      }
    }
    return rows;
  }

  private static Row row(BenchModel model, String way, JsonNode json) {
    double[] milliseconds = new double[json.get("seconds").size()];
    for (int i = 0; i < milliseconds.length; i++) {
      milliseconds[i] = 1e3 * json.get("seconds").get(i).asDouble() / model.window;
    }
    double peak = json.get("peakMiB").asDouble();
    return new Row(
        model.label(),
        way,
        model.window,
        Spread.of(milliseconds),
        peak,
        peak - json.get("beforeMiB").asDouble(),
        json.get("fisher").asDouble());
  }

  static void print(List<Row> rows) {
    System.out.printf(
        "%nThe same importance in Python, one thread; median (quartiles) of %d rounds%n", ROUNDS);
    System.out.println(
        "model        by                samples  ms a sample         peak MiB  of it model  Fisher");
    for (Row row : rows) {
      System.out.printf(
          "%-12s %-16s  %7d  %-18s  %8.0f  %11.0f  %.4g%n",
          row.model(),
          row.way(),
          row.samples(),
          row.milliseconds(),
          row.peakMiB(),
          row.growthMiB(),
          row.fisher());
    }
  }
}
