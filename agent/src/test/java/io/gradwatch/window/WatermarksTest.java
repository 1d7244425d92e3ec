package io.gradwatch.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.window.Watermarks.Source;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WatermarksTest {
  private static final Source A = new Source("t", 0);
  private static final Source B = new Source("t", 1);
  private final Watermarks watermarks = new Watermarks();

  @Test
  void isTheLowestOfAllPartitions() {
    watermarks.raise(A, 5);
    watermarks.raise(B, 3);
    assertThat(watermarks.lowest(Set.of(A, B))).hasValue(3);
  }

  @Test
  void isHeldByAPartitionThatNobodyReads() {
    watermarks.raise(A, 5);
    assertThat(watermarks.lowest(Set.of(A, B))).isEmpty();
    assertThat(watermarks.lowest(Set.of())).isEmpty();
  }

  @Test
  void neverFalls() {
    assertThat(watermarks.raise(A, 5)).isTrue();
    assertThat(watermarks.raise(A, 4)).isFalse();
    assertThat(watermarks.of(A)).isEqualTo(5);
  }
}
