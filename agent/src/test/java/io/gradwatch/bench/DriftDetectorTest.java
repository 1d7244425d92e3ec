package io.gradwatch.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.bench.DriftDetector.Verdict;
import io.gradwatch.importance.AnySnapshot;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ModelVersion;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The detectors that Gradwatch is compared with. */
class DriftDetectorTest {
  private static final int ROWS = 128;

  @Test
  void measuresTheDistanceOfTwoDistributions() {
    SplittableRandom random = new SplittableRandom(1);
    double[] many = random.doubles(500).sorted().toArray();
    double[] few = random.doubles(60).map(x -> x * x).toArray();

    assertThat(KsDetector.distance(many, few))
        .isCloseTo(
            new KolmogorovSmirnovTest().kolmogorovSmirnovStatistic(many, few), within(1e-12));
  }

  @Test
  void measuresTheDistanceOfTiesBetweenThem() {
    assertThat(KsDetector.distance(new double[] {0, 0, 0, 1}, new double[] {1, 1, 0, 1}))
        .isCloseTo(0.5, within(1e-12));
  }

  @Test
  void addsUpTheStabilityIndex() {
    assertThat(PsiDetector.index(new double[] {0.5, 0.5}, new double[] {0.75, 0.25}))
        .isCloseTo(0.25 * Math.log(1.5) - 0.25 * Math.log(0.5), within(1e-12));
  }

  @Test
  void gainsLessOfAnotherRanking() {
    double[] gains = {3, 2, 1};

    assertThat(NdcgDetector.ndcg(gains, new double[] {30, 20, 10})).isEqualTo(1);
    assertThat(NdcgDetector.ndcg(gains, new double[] {10, 20, 30}))
        .isCloseTo((1 + 2 / log2(3) + 3 / 2.0) / (3 + 2 / log2(3) + 1 / 2.0), within(1e-12));
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = DetectorKind.class,
      names = {"KS_INPUTS", "KS_OUTPUTS", "PSI", "NDCG", "MMD", "ADWIN", "DDM_ERRORS"})
  void alarmsOnASevereChangeAndHardlyEverWithoutOne(DetectorKind kind) {
    DriftDetector detector = kind.fit(windows(0, 20, false));

    assertThat(windows(20, 20, false))
        .filteredOn(window -> detector.judge(window) == Verdict.ALARM)
        .hasSizeLessThan(2);
    assertThat(windows(40, 3, true)).map(detector::judge).contains(Verdict.ALARM);
  }

  @Test
  void givesTheSameRowsForTheSameSeed() {
    for (DriftStream stream : DriftStream.values()) {
      List<LabelledRow> rows = stream.quiet(3).take(50);

      assertThat(stream.quiet(3).take(50))
          .as(stream.label())
          .usingRecursiveComparison()
          .isEqualTo(rows);
      assertThat(rows).allMatch(row -> row.values().length == stream.features);
      assertThat(rows).allMatch(row -> row.label() >= 0 && row.label() < stream.classes);
    }
  }

  /** Three inputs, two classes, one answer of ten wrong; everything else after the change. */
  private static List<DriftWindow> windows(int first, int count, boolean changed) {
    return IntStream.range(first, first + count)
        .mapToObj(n -> window(new SplittableRandom(n), changed))
        .toList();
  }

  private static DriftWindow window(SplittableRandom random, boolean changed) {
    double[][] inputs = new double[3][ROWS];
    double[][] outputs = new double[2][ROWS];
    LabelledRow[] rows = new LabelledRow[ROWS];
    for (int n = 0; n < ROWS; n++) {
      for (double[] input : inputs) {
        input[n] = random.nextGaussian() + (changed ? 3 : 0);
      }
      outputs[1][n] = changed ? 1 - 0.2 * random.nextDouble() : random.nextDouble();
      outputs[0][n] = 1 - outputs[1][n];
      int answer = outputs[1][n] > outputs[0][n] ? 1 : 0;
      boolean wrong = random.nextDouble() < (changed ? 0.9 : 0.1);
      rows[n] = new LabelledRow(new float[3], wrong ? 1 - answer : answer);
    }
    double[] attribution = changed ? new double[] {1, 5, 9} : new double[] {9, 5, 1};
    ImportanceSnapshot none =
        AnySnapshot.of("none", new ModelVersion("none", ""), 0, 1, ROWS, List.of());
    return new DriftWindow(Arrays.asList(rows), inputs, outputs, attribution, none);
  }
}
