package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class HistogramTest {
  @Test
  void fewDifferentValuesHaveABinEachAndUnseenOnesFallBetween() {
    Histogram seen = histogram(3, 0, 1, 3, 0, 1, 0);

    assertThat(seen.edges()).hasSize(6).contains(0, 1, 3);
    assertThat(seen.counts()).containsExactly(0, 3, 0, 2, 0, 2, 0, 0);
    assertThat(seen.count(new float[] {2, 0.5f, 4, -1}).counts())
        .containsExactly(1, 0, 1, 0, 1, 0, 1, 0);
  }

  @Test
  void manyValuesAreCutAtTheirQuantiles() {
    float[] values = new float[320];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 7) % 320;
    }

    Histogram seen = histogram(values);

    assertThat(seen.edges()).hasSize(31).startsWith(9, 19).endsWith(309);
    assertThat(seen.counts()).hasSize(33).endsWith(10, 0);
    assertThat(seen.counts()[0]).isEqualTo(10);
    assertThat(seen.total()).isEqualTo(320);
  }

  @Test
  void aConstantFeatureTellsEveryOtherValueFromItsOwn() {
    Histogram constant = histogram(5, 5, 5);

    assertThat(constant.count(new float[] {5, 4.999f, 5.001f}).counts())
        .containsExactly(1, 1, 1, 0);
  }

  @Test
  void whatIsNoNumberIsMissingAndInfinityIsAtTheEnds() {
    Histogram seen = histogram(1, Float.NaN, 2, Float.POSITIVE_INFINITY);

    assertThat(seen.counts()).containsExactly(0, 1, 0, 1, 1, 1);
    assertThat(seen.count(new float[] {Float.NEGATIVE_INFINITY}).counts())
        .containsExactly(1, 0, 0, 0, 0, 0);
    assertThat(histogram(Float.NaN, Float.NaN).counts()).containsExactly(0, 2);
  }

  @Test
  void bothZerosAreOneValue() {
    assertThat(histogram(0f, -0f, -0f).counts()).containsExactly(0, 3, 0, 0);
  }

  @Test
  void refusesAnotherNumberOfCountsThanItsEdgesAskFor() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Histogram("x[3]", 0, 3, new float[] {1, 2}, new int[] {4, 5, 6}))
        .withMessage("feature 'x[3]' has 2 edges and 3 counts, needs 4");
  }

  private static Histogram histogram(float... values) {
    float[] edges = Histogram.edges(values);
    return new Histogram("x", 0, 0, edges, new int[edges.length + 2]).count(values);
  }
}
