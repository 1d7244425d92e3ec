package io.gradwatch.drift;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.stat.correlation.SpearmansCorrelation;
import org.jspecify.annotations.Nullable;

/**
 * Measures of how a window's shares of the importance p differ from the baseline's mean shares q.
 *
 * <p>They describe and are not tests: none knows how much it varies by itself, and each is blind to
 * something. Ranks (NDCG, Spearman, Jaccard) do not see shares that change without passing each
 * other, and jump where two groups are about equal; all but {@code logTotal} do not see importance
 * that grows everywhere alike.
 *
 * <p>k is half the number of groups, rounded up, at most {@value #MOST}. Of equal shares the group
 * that comes first in the module ranks first. With r_i the group of the i-th largest p, s_i that of
 * the i-th largest q, m = (p + q) / 2, and sums over all groups where nothing else is said:
 *
 * <pre>
 * ndcg           sum over i &lt;= k of q(r_i) / log2(i + 1), over the same with s_i
 * spearman       correlation of the ranks, equal ones at their mean rank
 * jaccard        of the k largest of p and those of q: common ones over those in either
 * cosine         sum p q / sqrt(sum p^2 sum q^2)
 * jensenShannon  sqrt((sum p log2(p / m) + sum q log2(q / m)) / 2)
 * psi            sum (p - q) ln(p / q), with shares of at least 1e-4
 * logTotal       ln of the total importance - its mean in the baseline
 * </pre>
 *
 * <p>Järvelin and Kekäläinen 2002 (NDCG; with the discount that SageMaker Clarify uses for its
 * feature attribution drift, which alarms below 0.9 over all features); Lin 1991 (Jensen-Shannon),
 * the root of which is a metric (Endres and Schindelin 2003); Siddiqi 2006 (PSI, of which 0.1 to
 * 0.25 is customarily some change and more a large one).
 *
 * @param k groups that {@code ndcg} and {@code jaccard} look at
 * @param ndcg 0 to 1, 1 where the ranking is the baseline's
 * @param spearman -1 to 1, 1 where the ranking is the baseline's; null with fewer than two groups
 *     or where all are equal
 * @param jaccard 0 to 1, 1 where the largest groups are the baseline's
 * @param cosine 0 to 1, 1 where the shares are the baseline's
 * @param jensenShannon 0 to 1, 0 where the shares are the baseline's
 * @param psi at least 0, 0 where the shares are the baseline's
 * @param logTotal 0 where there is as much importance as in the baseline, 0.1 for 10 % more
 */
public record ShareMeasures(
    int k,
    double ndcg,
    @Nullable Double spearman,
    double jaccard,
    double cosine,
    double jensenShannon,
    double psi,
    double logTotal) {
  private static final int MOST = 10;
  private static final double SMALLEST_SHARE = 1e-4;

  /**
   * Takes all measures.
   *
   * @param baseline q, at least 0, adding up to 1
   * @param live p, likewise, of the same groups
   */
  static ShareMeasures of(double[] baseline, double[] live, double logTotal) {
    int k = Math.min(MOST, (live.length + 1) / 2);
    List<Integer> largest = ranking(live).subList(0, k);
    List<Integer> largestBefore = ranking(baseline).subList(0, k);
    return new ShareMeasures(
        k,
        gain(baseline, largest) / gain(baseline, largestBefore),
        spearman(baseline, live),
        jaccard(largest, largestBefore),
        cosine(baseline, live),
        jensenShannon(baseline, live),
        psi(baseline, live),
        logTotal);
  }

  private static List<Integer> ranking(double[] shares) {
    return IntStream.range(0, shares.length)
        .boxed()
        .sorted(Comparator.comparingDouble(group -> -shares[group]))
        .toList();
  }

  /**
   * The discounted cumulative gain of groups in this order, with the baseline's shares as gains.
   */
  private static double gain(double[] baseline, List<Integer> ranked) {
    double gain = 0;
    for (int i = 0; i < ranked.size(); i++) {
      gain += baseline[ranked.get(i)] * Math.log(2) / Math.log(i + 2);
    }
    return gain;
  }

  private static @Nullable Double spearman(double[] baseline, double[] live) {
    if (live.length < 2) {
      return null;
    }
    double correlation = new SpearmansCorrelation().correlation(baseline, live);
    return Double.isNaN(correlation) ? null : correlation;
  }

  private static double jaccard(List<Integer> some, List<Integer> others) {
    long common = some.stream().filter(others::contains).count();
    return common / (double) (some.size() + others.size() - common);
  }

  private static double cosine(double[] baseline, double[] live) {
    double product = 0;
    for (int group = 0; group < live.length; group++) {
      product += baseline[group] * live[group];
    }
    return Math.min(1, product / Math.sqrt(squares(baseline) * squares(live)));
  }

  private static double squares(double[] shares) {
    return Arrays.stream(shares).map(share -> share * share).sum();
  }

  private static double jensenShannon(double[] baseline, double[] live) {
    double divergence = 0;
    for (int group = 0; group < live.length; group++) {
      double mean = (baseline[group] + live[group]) / 2;
      divergence += (information(baseline[group], mean) + information(live[group], mean)) / 2;
    }
    return Math.sqrt(Math.max(0, Math.min(1, divergence)));
  }

  /** A share's part of the Kullback-Leibler divergence from the mean, in bits. */
  private static double information(double share, double mean) {
    return share == 0 ? 0 : share * Math.log(share / mean) / Math.log(2);
  }

  private static double psi(double[] baseline, double[] live) {
    double index = 0;
    for (int group = 0; group < live.length; group++) {
      double p = Math.max(live[group], SMALLEST_SHARE);
      double q = Math.max(baseline[group], SMALLEST_SHARE);
      index += (p - q) * Math.log(p / q);
    }
    return index;
  }
}
