package io.gradwatch.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;

/**
 * The two-sample Kolmogorov-Smirnov test of every column against all rows of the baseline, with
 * Bonferroni's correction over the columns. Ties make chance alarms rarer.
 */
final class KsDetector implements DriftDetector {
  private static final KolmogorovSmirnovTest TEST = new KolmogorovSmirnovTest();

  private final Function<DriftWindow, double[][]> columns;
  private final double[][] baseline;
  private final double level;

  /**
   * Makes one.
   *
   * @param columns of a window, [column][row]
   * @param level chance that a quiet window alarms
   */
  KsDetector(List<DriftWindow> baseline, Function<DriftWindow, double[][]> columns, double level) {
    this.columns = columns;
    this.level = level;
    this.baseline = pooled(baseline, columns);
  }

  /** All values of the windows, [column][value], sorted. */
  static double[][] pooled(List<DriftWindow> windows, Function<DriftWindow, double[][]> columns) {
    double[][] pooled = new double[columns.apply(windows.get(0)).length][];
    for (int i = 0; i < pooled.length; i++) {
      int column = i;
      pooled[i] =
          windows.stream()
              .flatMapToDouble(window -> Arrays.stream(columns.apply(window)[column]))
              .sorted()
              .toArray();
    }
    return pooled;
  }

  @Override
  public Verdict judge(DriftWindow window) {
    double[][] live = columns.apply(window);
    for (int i = 0; i < live.length; i++) {
      double distance = distance(baseline[i], live[i]);
      if (TEST.approximateP(distance, live[i].length, baseline[i].length) <= level / live.length) {
        return Verdict.ALARM;
      }
    }
    return Verdict.QUIET;
  }

  /**
   * The largest difference of two empirical distributions.
   *
   * @param sorted the larger sample, ascending
   */
  static double distance(double[] sorted, double[] values) {
    double[] live = values.clone();
    Arrays.sort(live);
    double largest = 0;
    for (double x : live) {
      double below =
          (double) below(sorted, x) / sorted.length - (double) below(live, x) / live.length;
      double upTo = (double) upTo(sorted, x) / sorted.length - (double) upTo(live, x) / live.length;
      largest = Math.max(largest, Math.max(Math.abs(below), Math.abs(upTo)));
    }
    return largest;
  }

  /** Values of an ascending array that are less than x. */
  static int below(double[] sorted, double x) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < x) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static int upTo(double[] sorted, double x) {
    return below(sorted, Math.nextUp(x));
  }
}
