package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EstimateTest {
  @Test
  void equalSizesGiveTheTextbookStandardError() {
    // Rows 1, 2, 6: mean 3, sample variance 7.
    Estimate estimate = Estimate.of(new double[] {4, 8, 24}, new int[] {4, 4, 4});
    assertThat(estimate.mean()).isCloseTo(3, within(1e-12));
    assertThat(estimate.stderr()).isCloseTo(Math.sqrt(7 / 3.0), within(1e-12));
  }

  @Test
  void weighsMicroBatchesByTheirSize() {
    Estimate estimate = Estimate.of(new double[] {10, 2}, new int[] {10, 1});
    assertThat(estimate.mean()).isCloseTo(12 / 11.0, within(1e-12));
  }

  @Test
  void oneMicroBatchHasNoStandardError() {
    assertThat(Estimate.of(new double[] {3}, new int[] {2})).isEqualTo(new Estimate(1.5, null));
  }

  @Test
  void theRootTakesHalfOfTheRelativeError() {
    Estimate root = new Estimate(16, 1.6).rootPer(4);
    assertThat(root.mean()).isEqualTo(2);
    assertThat(root.stderr()).isCloseTo(2 * 0.1 / 2, within(1e-12));
    assertThat(new Estimate(0, 0.0).rootPer(4)).isEqualTo(new Estimate(0, 0.0));
  }

  @Test
  void coversTheTrueMeanAsOftenAsItSays() {
    SplittableRandom random = new SplittableRandom(5);
    int covered = 0;
    int trials = 2000;
    for (int trial = 0; trial < trials; trial++) {
      double[] sums = new double[32];
      int[] sizes = new int[32];
      for (int m = 0; m < 32; m++) {
        sizes[m] = m < 31 ? 16 : 5;
        for (int n = 0; n < sizes[m]; n++) {
          sums[m] += random.nextExponential();
        }
      }
      Estimate estimate = Estimate.of(sums, sizes);
      if (Math.abs(estimate.mean() - 1) <= 1.96 * Objects.requireNonNull(estimate.stderr())) {
        covered++;
      }
    }
    // Nominal 95 %; 2000 trials have a standard error of 0.5 %, the t distribution takes 1 %.
    assertThat(covered / (double) trials).isBetween(0.92, 0.97);
  }
}
