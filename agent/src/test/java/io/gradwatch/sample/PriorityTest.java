package io.gradwatch.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PriorityTest {
  private static final int RECORDS = 100_000;

  // Computed once by an independent implementation.
  private static final long PINNED = -110411568250919880L;

  @Test
  void dependsOnNothingButSeedTopicPartitionAndOffset() {
    assertThat(new Priority(1, "a", 2).of(3)).isEqualTo(new Priority(1, "a", 2).of(3));
    Set<Long> others =
        Set.of(
            new Priority(1, "a", 2).of(3),
            new Priority(2, "a", 2).of(3),
            new Priority(1, "b", 2).of(3),
            new Priority(1, "a", 3).of(3),
            new Priority(1, "a", 2).of(4));
    assertThat(others).hasSize(5);
  }

  @Test
  void staysTheSameFromReleaseToRelease() {
    // Two releases side by side during an upgrade must draw the same sample.
    assertThat(new Priority(0, "inference.digits", 0).of(0)).isEqualTo(PINNED);
  }

  @Test
  void neverCollidesWithinAPartition() {
    Priority priority = new Priority(7, "inference.digits", 1);
    Set<Long> seen = new HashSet<>();
    IntStream.range(0, RECORDS).forEach(offset -> seen.add(priority.of(offset)));
    assertThat(seen).hasSize(RECORDS);
  }

  @Test
  void isUniformOverConsecutiveOffsets() {
    int bins = 100;
    double[] counts = new double[bins];
    Priority priority = new Priority(7, "inference.digits", 0);
    for (int offset = 0; offset < RECORDS; offset++) {
      counts[(int) (Priority.fraction(priority.of(offset)) * bins)]++;
    }
    double expected = (double) RECORDS / bins;
    double chiSquare = 0;
    for (double count : counts) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    // 99.9 % quantile of chi-square with 99 degrees of freedom.
    assertThat(chiSquare).isLessThan(148.2);
  }

  @Test
  void readsPrioritiesAsUnsignedFractions() {
    assertThat(Priority.fraction(0)).isCloseTo(0, within(1e-15));
    assertThat(Priority.fraction(Long.MIN_VALUE)).isCloseTo(0.5, within(1e-15));
    assertThat(Priority.fraction(-1)).isCloseTo(1, within(1e-15)).isLessThanOrEqualTo(1);
  }
}
