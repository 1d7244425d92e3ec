package io.gradwatch.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.GammaDistribution;
import org.hipparchus.stat.descriptive.StreamingStatistics;

/**
 * Maximum mean discrepancy of a window's inputs from the first two windows of the baseline: a
 * Gaussian kernel of the median distance, features in the baseline's standard deviations.
 *
 * <p>The limit is the quantile of a gamma distribution with the mean and variance of the other
 * baseline windows' discrepancies, so that a window alarms by chance once in {@link
 * GradwatchDetector#LIMIT}. A permutation test of that level would need thousands of permutations a
 * window.
 *
 * <p>Gretton, Fukumizu, Harchaoui and Sriperumbudur 2009, A fast, consistent kernel two-sample
 * test.
 */
final class MmdDetector implements DriftDetector {
  private static final int REFERENCE = 2;

  private final double[] mean;
  private final double[] deviation;
  private final float[][] reference;
  private final float scale;
  private final double within;
  private final double limit;

  MmdDetector(List<DriftWindow> baseline) {
    double[][] pooled = KsDetector.pooled(baseline, DriftWindow::inputs);
    mean = new double[pooled.length];
    deviation = new double[pooled.length];
    for (int i = 0; i < pooled.length; i++) {
      StreamingStatistics column = new StreamingStatistics();
      Arrays.stream(pooled[i]).forEach(column::addValue);
      mean[i] = column.getMean();
      deviation[i] = column.getStandardDeviation() > 0 ? column.getStandardDeviation() : 1;
    }
    reference =
        baseline.subList(0, REFERENCE).stream()
            .flatMap(window -> Arrays.stream(standardised(window)))
            .toArray(float[][]::new);
    scale = (float) (1 / medianSquare(reference));
    within = similarity(reference, reference);
    StreamingStatistics quiet = new StreamingStatistics();
    baseline.subList(REFERENCE, baseline.size()).forEach(w -> quiet.addValue(discrepancy(w)));
    double gammaScale = quiet.getVariance() / quiet.getMean();
    limit =
        new GammaDistribution(quiet.getMean() / gammaScale, gammaScale)
            .inverseCumulativeProbability(1 - 1.0 / GradwatchDetector.LIMIT);
  }

  @Override
  public Verdict judge(DriftWindow window) {
    return Verdict.of(discrepancy(window) > limit);
  }

  private double discrepancy(DriftWindow window) {
    float[][] live = standardised(window);
    return within + similarity(live, live) - 2 * similarity(reference, live);
  }

  private float[][] standardised(DriftWindow window) {
    float[][] rows = new float[window.rows().size()][mean.length];
    for (int n = 0; n < rows.length; n++) {
      for (int i = 0; i < mean.length; i++) {
        rows[n][i] = (float) ((window.inputs()[i][n] - mean[i]) / deviation[i]);
      }
    }
    return rows;
  }

  private double similarity(float[][] left, float[][] right) {
    double sum = 0;
    for (float[] a : left) {
      for (float[] b : right) {
        sum += Math.exp(-scale * square(a, b));
      }
    }
    return sum / left.length / right.length;
  }

  private static double medianSquare(float[][] rows) {
    double[] squares =
        IntStream.range(0, rows.length)
            .boxed()
            .flatMapToDouble(
                n -> IntStream.range(0, n).mapToDouble(other -> square(rows[n], rows[other])))
            .sorted()
            .toArray();
    return squares[squares.length / 2];
  }

  private static float square(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      float difference = a[i] - b[i];
      sum += difference * difference;
    }
    return sum;
  }
}
