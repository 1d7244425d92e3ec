package io.gradwatch.bench;

import io.gradwatch.importance.device.PlainLoop;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.List;

/**
 * What the one pass with all its methods costs, as a multiple of a plain forward and backward pass
 * over the same micro-batches of 16, see {@link PlainLoop}.
 *
 * <p>Both sides of a round follow each other and each round gives one ratio, so that a busy machine
 * slows both.
 */
final class SweepCost {
  private static final int MICRO_BATCH = 16;
  private static final int ROUNDS = 15;
  private static final double WARM_UP_SECONDS = 3;

  private SweepCost() {}

  /**
   * One model's.
   *
   * @param plain milliseconds a micro-batch
   * @param onePass milliseconds a micro-batch
   * @param ratio of the two
   * @param limit that the median ratio should keep
   */
  record Row(String model, Spread plain, Spread onePass, Spread ratio, double limit) {}

  static List<Row> measure() {
    List<Row> rows = new ArrayList<>();
    for (BenchModel model : BenchModel.values()) {
      rows.add(measure(model, model == BenchModel.MLP ? 2 : 1.25));
    }
    return rows;
  }

  private static Row measure(BenchModel model, double limit) {
    List<InferenceSample> samples = model.samples(model.window);
    float[] vector = new float[MICRO_BATCH * BenchModel.OUTPUTS];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = i % 3 - 1;
    }
    try (TorchScript script = model.load();
        PlainLoop loop = new PlainLoop(model.file(), 1)) {
      Runnable plain = () -> loop.run(samples, MICRO_BATCH, vector);
      Runnable onePass = () -> BenchModel.importance(script, samples, MICRO_BATCH, 0);
      for (double spent = 0; spent < WARM_UP_SECONDS; ) {
        spent += Stopwatch.seconds(plain) + Stopwatch.seconds(onePass);
      }
      double[][] times = new double[3][ROUNDS];
      double millis = 1e3 * MICRO_BATCH / samples.size();
      for (int round = 0; round < ROUNDS; round++) {
        times[0][round] = millis * Stopwatch.seconds(plain);
        times[1][round] = millis * Stopwatch.seconds(onePass);
        times[2][round] = times[1][round] / times[0][round];
      }
      return new Row(
          model.label(), Spread.of(times[0]), Spread.of(times[1]), Spread.of(times[2]), limit);
    }
  }

  static void print(List<Row> rows) {
    System.out.printf(
        "%nOne pass against a plain forward and backward of the same micro-batches of %d;"
            + " median (quartiles) of %d rounds%n",
        MICRO_BATCH, ROUNDS);
    System.out.println("model        plain ms  one pass ms  ratio               limit");
    for (Row row : rows) {
      System.out.printf(
          "%-12s %8.2f  %11.2f  %-18s  %.2f%s%n",
          row.model(),
          row.plain().median(),
          row.onePass().median(),
          row.ratio(),
          row.limit(),
          row.ratio().median() > row.limit() ? "  MISSED" : "");
    }
  }
}
