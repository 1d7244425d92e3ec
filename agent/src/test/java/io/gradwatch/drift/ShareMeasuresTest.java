package io.gradwatch.drift;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.drift.Seasonality.Repeat;
import io.gradwatch.importance.ImportanceSnapshot;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShareMeasuresTest {
  private static final double[] BASELINE = {0.5, 0.3, 0.15, 0.05};

  @Test
  void isAsByHandWhereTheTwoLargestGroupsChangePlaces() {
    ShareMeasures measures = ShareMeasures.of(BASELINE, new double[] {0.3, 0.5, 0.15, 0.05}, 0.2);

    assertThat(measures.k()).isEqualTo(2);
    // (0.3 + 0.5 / log2 3) / (0.5 + 0.3 / log2 3)
    close(measures.ndcg(), 0.8929112);
    // 1 - 6 (1 + 1) / (4 (16 - 1))
    close(requireNonNull(measures.spearman()), 0.8);
    close(measures.jaccard(), 1);
    // 0.325 / 0.365
    close(measures.cosine(), 0.8904110);
    // sqrt(0.5 log2 1.25 + 0.3 log2 0.75)
    close(measures.jensenShannon(), 0.1909262);
    // 0.4 ln(5 / 3)
    close(measures.psi(), 0.2043302);
    close(measures.logTotal(), 0.2);
  }

  @Test
  void ranksOfReversedSharesHaveNothingInCommon() {
    ShareMeasures measures = ShareMeasures.of(BASELINE, new double[] {0.05, 0.15, 0.3, 0.5}, 0);

    close(requireNonNull(measures.spearman()), -1);
    close(measures.jaccard(), 0);
    // (0.05 + 0.15 / log2 3) / (0.5 + 0.3 / log2 3)
    close(measures.ndcg(), 0.2098417);
  }

  @Test
  void topKCountsTheGroupsThatAreInBothOfThoseInEither() {
    ShareMeasures measures = ShareMeasures.of(BASELINE, new double[] {0.5, 0.1, 0.3, 0.1}, 0);

    // of {0, 1} and {0, 2}
    close(measures.jaccard(), 1.0 / 3);
  }

  @Test
  void importanceThatMovesToAGroupThatHadNoneIsAsFarAsItGets() {
    ShareMeasures measures = ShareMeasures.of(new double[] {1, 0}, new double[] {0, 1}, 0);

    close(measures.jensenShannon(), 1);
    close(measures.cosine(), 0);
    close(measures.ndcg(), 0);
    close(measures.jaccard(), 0);
    // 2 (1 - 1e-4) ln 1e4
    close(measures.psi(), 18.4188387);
  }

  @Test
  void oneGroupIsAlwaysTheSame() {
    assertThat(ShareMeasures.of(new double[] {1}, new double[] {1}, 0.5))
        .isEqualTo(new ShareMeasures(1, 1, null, 1, 1, 0, 0, 0.5));
  }

  @Test
  void equalSharesHaveNoRanksToCorrelate() {
    double[] equal = {0.25, 0.25, 0.25, 0.25};

    assertThat(ShareMeasures.of(equal, BASELINE, 0).spearman()).isNull();
    assertThat(ShareMeasures.of(BASELINE, equal, 0).spearman()).isNull();
    close(ShareMeasures.of(equal, equal, 0).ndcg(), 1);
  }

  @Test
  void staysWithinItsRangesWhateverTheShares() {
    SplittableRandom random = new SplittableRandom(1);
    for (int run = 0; run < 2_000; run++) {
      int groups = 1 + random.nextInt(30);
      ShareMeasures m =
          ShareMeasures.of(shares(random, groups), shares(random, groups), random.nextGaussian());

      assertThat(DoubleStream.of(m.ndcg(), m.jaccard(), m.cosine(), m.jensenShannon()).boxed())
          .as("run %d: %s", run, m)
          .allMatch(value -> value >= 0 && value <= 1 + 1e-12);
      assertThat(m.psi()).as("run %d: %s", run, m).isBetween(0.0, 100.0);
    }
  }

  @Test
  void sharesAreTheMeanOverTheBaselinesWindows() {
    MeanShares shares = MeanShares.of(baseline(new double[][] {{1, 3}, {6, 2}}), 0);

    close(shares.shares()[0], 0.5);
    close(shares.shares()[1], 0.5);
    close(shares.logTotal(), Math.log(4 * 8) / 2);
    ShareMeasures twice = requireNonNull(shares.measures(window(5, 5)));
    close(twice.logTotal(), Math.log(10) - Math.log(4 * 8) / 2);
    close(twice.psi(), 0);
  }

  @Test
  void withASeasonalityAWindowIsHeldAgainstItsHour() {
    int day = (int) Duration.ofDays(1).dividedBy(Traffic.WINDOW);
    DriftSettings hourly =
        Traffic.withSeasonality(
            Traffic.settings("1 per 1d", 100, 0.1), new Seasonality(Repeat.HOUR_OF_DAY, "UTC"));
    Baseline baseline =
        Baseline.of(new Traffic(1, 12, 8, 0).swinging(2, day).windows(2 * day), hourly);

    double morning = MeanShares.of(baseline, 6).logTotal();
    double evening = MeanShares.of(baseline, 18).logTotal();

    assertThat(morning - evening).isCloseTo(4 * Traffic.DEVIATION, within(0.2));
  }

  @Test
  void groupsAndWindowsWithoutImportanceHaveNoShare() {
    MeanShares shares = MeanShares.of(baseline(new double[][] {{1, 0}, {0, 0}, {3, 0}}), 0);

    assertThat(shares.shares()[0]).isEqualTo(1);
    assertThat(shares.shares()[1]).isLessThan(1e-30);
    assertThat(shares.measures(window(0, 0))).isNull();
    assertThat(MeanShares.of(baseline(new double[][] {{0, 0}, {0, 0}}), 0).measures(window(1, 1)))
        .isNull();
  }

  private static void close(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(1e-6));
  }

  private static double[] shares(SplittableRandom random, int groups) {
    double[] shares = new double[groups];
    Arrays.setAll(
        shares, group -> random.nextInt(3) == 0 ? 0 : Math.exp(3 * random.nextGaussian()));
    double total = Arrays.stream(shares).sum();
    if (total == 0) {
      shares[0] = 1;
      return shares;
    }
    return Arrays.stream(shares).map(share -> share / total).toArray();
  }

  private static Baseline baseline(double[][] means) {
    List<ImportanceSnapshot> windows =
        IntStream.range(0, means.length).mapToObj(i -> snapshot(i, means[i])).toList();
    return Baseline.of(windows, Traffic.settings("1 per 1d", 20, 0.1));
  }

  private static WindowContributions window(double... means) {
    return WindowContributions.of(
        snapshot(99, means), Traffic.settings("1 per 1d", 20, 0.1).method());
  }

  private static ImportanceSnapshot snapshot(int index, double... means) {
    return Traffic.snapshot(
        index,
        Stream.iterate(0, group -> group < means.length, group -> group + 1)
            .map(group -> Traffic.group(group, means[group], List.of(1f)))
            .toList());
  }
}
