package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.sample.InferenceSample;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MicroBatchesTest {
  private static final InferenceSample A = Samples.row(null, 1);
  private static final InferenceSample B = Samples.row(null, 2);
  private static final InferenceSample C = Samples.row(null, 3);
  private static final InferenceSample WIDE = Samples.row(null, 1, 2);

  @Test
  void keepsTheOrderAndLeavesTheRestForLast() {
    assertThat(MicroBatches.cut(List.of(A, B, C), 2)).containsExactly(List.of(A, B), List.of(C));
  }

  @Test
  void neverMixesShapes() {
    assertThat(MicroBatches.cut(List.of(A, WIDE, B, WIDE, C), 4))
        .containsExactly(List.of(A, B, C), List.of(WIDE, WIDE));
  }

  @Test
  void neverMixesTypes() {
    InferenceSample ids = Samples.of(null, Samples.longs(1));
    assertThat(MicroBatches.cut(List.of(A, ids), 4)).containsExactly(List.of(A), List.of(ids));
  }

  @Test
  void cutsNothingIntoNothing() {
    assertThat(MicroBatches.cut(List.of(), 4)).isEmpty();
  }

  @Test
  void findsTheMostCommonFormAndOfEquallyCommonOnesTheFirst() {
    assertThat(MicroBatches.mostCommon(List.of(WIDE, A, B))).containsExactly(A, B);
    assertThat(MicroBatches.mostCommon(List.of(WIDE, A))).containsExactly(WIDE);
  }

  @Test
  void shufflesWholeMicroBatches() {
    List<InferenceSample> samples = Samples.normal(40, 1, 1);
    List<List<InferenceSample>> shuffled =
        MicroBatches.shuffled(samples, 4, new SplittableRandom(1));
    assertThat(shuffled)
        .containsExactlyInAnyOrderElementsOf(MicroBatches.cut(samples, 4))
        .isNotEqualTo(MicroBatches.cut(samples, 4));
  }
}
