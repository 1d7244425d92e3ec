package io.gradwatch.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PriorityTest {
  private static final int RECORDS = 100_000;

  /** 99.9 % quantile of chi-square with 99 degrees of freedom. */
  private static final double CHI_SQUARE = 148.2;

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
  void isTheSameForEveryRecordWithAnId() throws Exception {
    // By the definition, apart from the code: the seed as eight bytes, then the id in UTF-8.
    byte[] input = "\0\0\0\0\0\0\0\0a-1é".getBytes(StandardCharsets.UTF_8);
    long expected =
        new BigInteger(1, MessageDigest.getInstance("SHA-256").digest(input))
            .shiftRight(192)
            .longValue();

    assertThat(Priority.ofId(0, "a-1é")).isEqualTo(expected);
    assertThat(Priority.ofId(1, "a-1é")).isNotEqualTo(expected);
    assertThat(Priority.ofId(0, "a-2é")).isNotEqualTo(expected);
  }

  @Test
  void isUniformOverConsecutiveIds() {
    assertThat(chiSquare(number -> Priority.ofId(0, "request-" + number))).isLessThan(CHI_SQUARE);
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
    Priority priority = new Priority(7, "inference.digits", 0);
    assertThat(chiSquare(priority::of)).isLessThan(CHI_SQUARE);
  }

  private static double chiSquare(LongUnaryOperator priority) {
    int bins = 100;
    double[] counts = new double[bins];
    for (int number = 0; number < RECORDS; number++) {
      counts[(int) (Priority.fraction(priority.applyAsLong(number)) * bins)]++;
    }
    double expected = (double) RECORDS / bins;
    return Arrays.stream(counts)
        .map(count -> (count - expected) * (count - expected) / expected)
        .sum();
  }

  @Test
  void readsPrioritiesAsUnsignedFractions() {
    assertThat(Priority.fraction(0)).isCloseTo(0, within(1e-15));
    assertThat(Priority.fraction(Long.MIN_VALUE)).isCloseTo(0.5, within(1e-15));
    assertThat(Priority.fraction(-1)).isCloseTo(1, within(1e-15)).isLessThanOrEqualTo(1);
  }
}
