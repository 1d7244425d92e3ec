package io.gradwatch.bench;

import io.gradwatch.importance.Digits;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.hipparchus.stat.descriptive.moment.Variance;
import org.jspecify.annotations.Nullable;

/**
 * How many passes and how much time b = 1 needs for the error that b = 16 has, on the demo's
 * network.
 *
 * <p>The error is the true one: the variance of a group's number over windows with samples of their
 * own, drawn with replacement, and signs of their own. The variance falls as 1/samples, so that at
 * equal error the samples needed are as the variances over equally large windows:
 *
 * <pre>
 * passes = 16 var(1) / var(16)      time = var(1) seconds(1) / (var(16) seconds(16))
 * </pre>
 *
 * <p>each the median over groups; with the 95 % interval of a bootstrap over windows.
 */
final class EqualError {
  private static final int MICRO_BATCH = 16;
  private static final int SAMPLES = 128;
  private static final int WINDOWS = 600;
  private static final int RESAMPLES = 500;

  private EqualError() {}

  /**
   * One method's.
   *
   * @param error1 relative standard error of the median group at b = 1, in {@value #SAMPLES}
   *     samples
   * @param error16 the same at b = 16
   * @param passes times that b = 1 needs as many
   * @param time times that b = 1 needs as long
   */
  record Row(String method, double error1, double error16, Interval passes, Interval time) {}

  /** An estimate with the bounds of its 95 % interval. */
  record Interval(double estimate, double low, double high) {
    Interval times(double factor) {
      return new Interval(estimate * factor, low * factor, high * factor);
    }

    @Override
    public String toString() {
      return "%.1f (%.1f-%.1f)".formatted(estimate, low, high);
    }
  }

  /** The numbers of the groups in each window, and how long windows take. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Windows(double[][] fisher, double[][] taylor, double[] seconds) {}

  static List<Row> measure() {
    try (TorchScript model = BenchModel.DIGITS.load()) {
      Windows single =
          new Windows(new double[WINDOWS][], new double[WINDOWS][], new double[WINDOWS]);
      Windows sketch =
          new Windows(new double[WINDOWS][], new double[WINDOWS][], new double[WINDOWS]);
      SplittableRandom random = new SplittableRandom(3);
      List<InferenceSample> digits = Digits.heldOut();
      for (int window = 0; window < WINDOWS; window++) {
        run(model, draw(digits, random), 1, window, single);
        run(model, draw(digits, random), MICRO_BATCH, WINDOWS + window, sketch);
      }
      double time = Spread.of(single.seconds()).median() / Spread.of(sketch.seconds()).median();
      return List.of(
          row("fisher", single.fisher(), sketch.fisher(), time),
          row("taylor", single.taylor(), sketch.taylor(), time));
    }
  }

  private static List<InferenceSample> draw(List<InferenceSample> from, SplittableRandom random) {
    return random.ints(SAMPLES, 0, from.size()).mapToObj(from::get).toList();
  }

  private static void run(
      TorchScript model, List<InferenceSample> samples, int b, long window, Windows windows) {
    var snapshot = BenchModel.importance(model, samples, b, window);
    int at = (int) (window % WINDOWS);
    windows.fisher()[at] = means(snapshot.groups().stream().map(g -> g.methods().get("fisher")));
    windows.taylor()[at] = means(snapshot.groups().stream().map(g -> g.methods().get("taylor")));
    windows.seconds()[at] = snapshot.seconds();
  }

  private static double[] means(Stream<@Nullable Value> values) {
    return values.mapToDouble(value -> Objects.requireNonNull(value).mean()).toArray();
  }

  private static Row row(String method, double[][] single, double[][] sketch, double time) {
    int[] all = new int[WINDOWS];
    for (int i = 0; i < WINDOWS; i++) {
      all[i] = i;
    }
    double[] ratios = new double[RESAMPLES];
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < RESAMPLES; i++) {
      int[] drawn = random.ints(WINDOWS, 0, WINDOWS).toArray();
      int[] alsoDrawn = random.ints(WINDOWS, 0, WINDOWS).toArray();
      ratios[i] = ratio(errors(single, drawn), errors(sketch, alsoDrawn));
    }
    Interval variances =
        new Interval(
            ratio(errors(single, all), errors(sketch, all)),
            Spread.quantile(ratios, 0.025),
            Spread.quantile(ratios, 0.975));
    return new Row(
        method,
        Spread.of(errors(single, all)).median(),
        Spread.of(errors(sketch, all)).median(),
        variances.times(MICRO_BATCH),
        variances.times(time));
  }

  /** The median over groups of var(1) / var(16). */
  private static double ratio(double[] single, double[] sketch) {
    double[] ratios = new double[single.length];
    for (int group = 0; group < ratios.length; group++) {
      ratios[group] = Math.pow(single[group] / sketch[group], 2);
    }
    return Spread.of(ratios).median();
  }

  /** The relative standard error of each group over some of the windows. */
  private static double[] errors(double[][] windows, int[] drawn) {
    double[] errors = new double[windows[0].length];
    for (int group = 0; group < errors.length; group++) {
      double[] values = new double[drawn.length];
      double sum = 0;
      for (int i = 0; i < drawn.length; i++) {
        values[i] = windows[drawn[i]][group];
        sum += values[i];
      }
      errors[group] = Math.sqrt(new Variance().evaluate(values)) / (sum / values.length);
    }
    return errors;
  }

  static void print(List<Row> rows) {
    System.out.printf(
        "%nWhat b = 1 needs for the error of b = %d on the digits: %d windows of %d; median group%n",
        MICRO_BATCH, WINDOWS, SAMPLES);
    System.out.println("method  error b = 1  error b = 16  passes (95 %)       time (95 %)");
    for (Row row : rows) {
      System.out.printf(
          "%-7s %10.1f%%  %11.1f%%  %-18s  %-18s%s%n",
          row.method(),
          100 * row.error1(),
          100 * row.error16(),
          row.passes(),
          row.time(),
          Math.min(row.passes().estimate(), row.time().estimate()) < 4 ? "  MISSED (4)" : "");
    }
  }
}
