package io.gradwatch.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.Digits;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a window's importance costs, as a multiple of one plain forward and backward pass over the
 * same samples in one batch.
 *
 * <p>All runs of one round follow each other, and each round gives one ratio, so that a busy
 * machine slows both sides; the median ratio is printed.
 *
 * <p>Usage: {@code ImportanceBench [json file]}, by default target/bench/importance.json.
 */
final class ImportanceBench {
  private static final int SAMPLES = 512;
  private static final int ROUNDS = 9;
  private static final int[] MICRO_BATCHES = {1, 4, 8, 16, 32};

  private ImportanceBench() {}

  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments.length > 0 ? arguments[0] : "target/bench/importance.json");
    List<InferenceSample> samples = Digits.heldOut().subList(0, SAMPLES);
    Map<Integer, double[]> ratios = new LinkedHashMap<>();
    double[] plainSeconds = new double[ROUNDS];
    try (DifferentiableModel model = TorchScript.load(Digits.MODEL, new DeviceSettings("cpu", 1))) {
      for (int round = -1; round < ROUNDS; round++) {
        double plain = seconds(() -> plain(model, samples));
        for (int microBatch : MICRO_BATCHES) {
          double cost = seconds(() -> importance(model, samples, microBatch));
          if (round >= 0) {
            ratios.computeIfAbsent(microBatch, b -> new double[ROUNDS])[round] = cost / plain;
          }
        }
        // The first round warms up.
        if (round >= 0) {
          plainSeconds[round] = plain;
        }
      }
    }
    report(file, median(plainSeconds), ratios);
  }

  private static void plain(DifferentiableModel model, List<InferenceSample> samples) {
    try (ForwardPass pass = model.forward(samples)) {
      float[] ones = new float[pass.rows() * pass.columns()];
      Arrays.fill(ones, 1);
      pass.backward(ones);
    }
  }

  private static void importance(
      DifferentiableModel model, List<InferenceSample> samples, int microBatch) {
    ImportanceSettings settings =
        new ImportanceSettings(
            Task.CLASSIFICATION,
            OutputKind.LOGITS,
            ImportanceMethod.onePassMethods(),
            microBatch,
            false,
            List.of());
    OnePass.importance(model, settings, Samples.batch("digits", 0, samples), System::nanoTime);
  }

  private static double seconds(Runnable run) {
    long begin = System.nanoTime();
    run.run();
    return (System.nanoTime() - begin) / 1e9;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void report(Path file, double plain, Map<Integer, double[]> ratios)
      throws IOException {
    System.out.printf(
        "digits.pt, %d samples, cpu, 1 thread; one batch forward and backward: %.4f s%n",
        SAMPLES, plain);
    System.out.println("micro-batch  passes  cost of a window / one batch");
    Map<String, Double> medians = new LinkedHashMap<>();
    ratios.forEach(
        (b, values) -> {
          double ratio = median(values);
          medians.put(String.valueOf(b), ratio);
          System.out.printf("%11d  %6d  %.1f%n", b, SAMPLES / b, ratio);
        });
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", "digits");
    json.put("device", "cpu");
    json.put("threads", 1);
    json.put("samples", SAMPLES);
    json.put("rounds", ROUNDS);
    json.put("plainSeconds", plain);
    json.put("costOverPlainByMicroBatch", medians);
    Files.createDirectories(file.toAbsolutePath().getParent());
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), json);
  }
}
