package io.gradwatch.bench;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Alarms when the ranking of the features by their attribution has an NDCG below 0.9 against the
 * baseline's mean attributions, as Amazon SageMaker Clarify does.
 */
final class NdcgDetector implements DriftDetector {
  private static final double LIMIT = 0.9;

  private final double[] baseline;

  NdcgDetector(List<DriftWindow> windows) {
    baseline = new double[windows.get(0).attribution().length];
    for (DriftWindow window : windows) {
      for (int i = 0; i < baseline.length; i++) {
        baseline[i] += window.attribution()[i] / windows.size();
      }
    }
  }

  @Override
  public Verdict judge(DriftWindow window) {
    return Verdict.of(ndcg(baseline, window.attribution()) < LIMIT);
  }

  /** Of the gains in the order of {@code ranking}, the largest first, over the best order. */
  static double ndcg(double[] gains, double[] ranking) {
    return gain(gains, ranking) / gain(gains, gains);
  }

  private static double gain(double[] gains, double[] ranking) {
    int[] order =
        IntStream.range(0, gains.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -ranking[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double sum = 0;
    for (int place = 0; place < order.length; place++) {
      sum += gains[order[place]] * Math.log(2) / Math.log(place + 2);
    }
    return sum;
  }
}
