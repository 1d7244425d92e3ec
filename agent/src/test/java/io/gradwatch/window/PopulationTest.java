package io.gradwatch.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.sample.Priority;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PopulationTest {
  @Test
  void countsExactlyWhileTheSampleIsShort() {
    TreeSet<SampleKey> sample = new TreeSet<>();
    sample.add(new SampleKey(3, "t", 0, 0));
    assertThat(Population.estimate(sample, 2)).isEqualTo(1);
  }

  @Test
  void isUnbiasedAndAsPreciseAsItsSampleAllows() {
    int n = 5_000;
    int k = 102;
    int runs = 200;
    double sum = 0;
    for (int run = 0; run < runs; run++) {
      Priority priority = new Priority(run, "t", 0);
      BottomK sample = new BottomK(k, Long.MAX_VALUE);
      for (int offset = 0; offset < n; offset++) {
        sample.offer(new SampleKey(priority.of(offset), "t", 0, offset), new BottomK.Extent(1, 1));
      }
      sum += Population.estimate(sample.keys(), k);
    }
    // Relative standard deviation of one estimate is 1 / sqrt(k - 2) = 0.1; of the mean 0.007. Four
    // of them.
    assertThat(sum / runs).isCloseTo(n, within(n * 4 * 0.1 / Math.sqrt(runs)));
  }
}
