package io.gradwatch.bench;

import java.util.Arrays;
import java.util.List;

/**
 * Alarms when the population stability index of any input exceeds 0.2, the rule of thumb for "act".
 * Bins end at the baseline's deciles, equal ones count once; empty bins count as 1e-4.
 */
final class PsiDetector implements DriftDetector {
  private static final double LIMIT = 0.2;
  private static final int BINS = 10;
  private static final double EMPTY = 1e-4;

  private final double[][] edges;
  private final double[][] expected;

  PsiDetector(List<DriftWindow> baseline) {
    double[][] pooled = KsDetector.pooled(baseline, DriftWindow::inputs);
    edges = Arrays.stream(pooled).map(PsiDetector::deciles).toArray(double[][]::new);
    expected = new double[pooled.length][];
    for (int i = 0; i < pooled.length; i++) {
      expected[i] = shares(edges[i], pooled[i]);
    }
  }

  private static double[] deciles(double[] sorted) {
    double[] deciles = new double[BINS - 1];
    for (int bin = 1; bin < BINS; bin++) {
      deciles[bin - 1] = sorted[sorted.length * bin / BINS];
    }
    return Arrays.stream(deciles).distinct().toArray();
  }

  private static double[] shares(double[] edges, double[] values) {
    double[] shares = new double[edges.length + 1];
    for (double value : values) {
      shares[KsDetector.below(edges, value)] += 1.0 / values.length;
    }
    return shares;
  }

  @Override
  public Verdict judge(DriftWindow window) {
    for (int i = 0; i < edges.length; i++) {
      if (index(expected[i], shares(edges[i], window.inputs()[i])) > LIMIT) {
        return Verdict.ALARM;
      }
    }
    return Verdict.QUIET;
  }

  /** The sum over bins of (a - e) ln(a / e). */
  static double index(double[] expected, double[] actual) {
    double index = 0;
    for (int bin = 0; bin < expected.length; bin++) {
      double e = Math.max(EMPTY, expected[bin]);
      double a = Math.max(EMPTY, actual[bin]);
      index += (a - e) * Math.log(a / e);
    }
    return index;
  }
}
