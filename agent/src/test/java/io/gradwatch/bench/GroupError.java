package io.gradwatch.bench;

import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The standard error of a group's importance by micro-batch size b, as a multiple of that of b = 1
 * over the same samples, and the b that follows: the largest of 4, 8, 16, 32 whose median group has
 * at most 1.5 times the error.
 *
 * <p>The errors are those that the snapshots state; squares are averaged over windows that differ
 * in their signs, since 16 micro-batches alone know an error to 18 %.
 */
final class GroupError {
  private static final int[] MICRO_BATCHES = {4, 8, 16, 32};
  private static final double LIMIT = 1.5;
  private static final int SAMPLES = 512;

  private GroupError() {}

  /**
   * One model's, by one method.
   *
   * @param ratios by b, over groups: median and quartiles of the error over that of b = 1
   * @param choice of b; 1 where none fits
   */
  record Row(String model, String method, Map<Integer, Spread> ratios, int choice) {}

  static List<Row> measure() {
    List<Row> rows = new ArrayList<>();
    for (BenchModel model : BenchModel.values()) {
      // A sweep of single samples takes the ResNet half a minute.
      int windows = model == BenchModel.RESNET18 ? 1 : 5;
      List<InferenceSample> samples = model.samples(SAMPLES);
      try (TorchScript script = model.load()) {
        Map<Integer, List<ImportanceSnapshot>> snapshots = new LinkedHashMap<>();
        snapshots.put(1, snapshots(script, samples, 1, windows));
        for (int b : MICRO_BATCHES) {
          snapshots.put(b, snapshots(script, samples, b, windows));
        }
        rows.add(row(model, "fisher", snapshots));
        rows.add(row(model, "taylor", snapshots));
      }
    }
    return rows;
  }

  private static List<ImportanceSnapshot> snapshots(
      TorchScript script, List<InferenceSample> samples, int microBatch, int windows) {
    List<ImportanceSnapshot> snapshots = new ArrayList<>();
    for (int window = 0; window < windows; window++) {
      snapshots.add(BenchModel.importance(script, samples, microBatch, window));
    }
    return snapshots;
  }

  private static Row row(
      BenchModel model, String method, Map<Integer, List<ImportanceSnapshot>> snapshots) {
    double[] exact = errors(Objects.requireNonNull(snapshots.get(1)), method);
    Map<Integer, Spread> ratios = new LinkedHashMap<>();
    int choice = 1;
    for (int b : MICRO_BATCHES) {
      double[] errors = errors(Objects.requireNonNull(snapshots.get(b)), method);
      List<Double> ofGroups = new ArrayList<>();
      for (int group = 0; group < errors.length; group++) {
        // A group without gradient has no error.
        if (exact[group] > 0) {
          ofGroups.add(errors[group] / exact[group]);
        }
      }
      Spread ratio = Spread.of(ofGroups.stream().mapToDouble(Double::doubleValue).toArray());
      ratios.put(b, ratio);
      choice = ratio.median() <= LIMIT ? b : choice;
    }
    return new Row(model.label(), method, ratios, choice);
  }

  private static double[] errors(List<ImportanceSnapshot> snapshots, String method) {
    double[] squares = new double[snapshots.get(0).groups().size()];
    for (ImportanceSnapshot snapshot : snapshots) {
      for (int group = 0; group < squares.length; group++) {
        Value value = Objects.requireNonNull(snapshot.groups().get(group).methods().get(method));
        double error = Objects.requireNonNull(value.stderr());
        squares[group] += error * error / snapshots.size();
      }
    }
    double[] errors = new double[squares.length];
    for (int group = 0; group < errors.length; group++) {
      errors[group] = Math.sqrt(squares[group]);
    }
    return errors;
  }

  static void print(List<Row> rows) {
    System.out.printf(
        "%nStandard error of a group over that of b = 1, %d samples; median (quartiles) of groups%n",
        SAMPLES);
    System.out.printf("%-12s %-7s", "model", "method");
    for (int b : MICRO_BATCHES) {
      System.out.printf("  %-16s", "b = " + b);
    }
    System.out.println("  choice");
    for (Row row : rows) {
      System.out.printf("%-12s %-7s", row.model(), row.method());
      row.ratios().values().forEach(ratio -> System.out.printf("  %-16s", ratio));
      System.out.printf("  %d%n", row.choice());
    }
  }
}
