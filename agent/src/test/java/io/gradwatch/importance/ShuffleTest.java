package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShuffleTest {
  private static final int DRAWS = 6000;

  @Test
  void allOrdersAreEquallyLikely() {
    SplittableRandom random = new SplittableRandom(1);
    Map<String, Integer> orders = new HashMap<>();
    Map<String, Integer> ranges = new HashMap<>();
    for (int draw = 0; draw < DRAWS; draw++) {
      orders.merge(Arrays.toString(Shuffle.order(3, random)), 1, Integer::sum);
      float[] values = {9, 0, 1, 2, 9};
      Shuffle.range(values, 1, 4, random);
      ranges.merge(Arrays.toString(values), 1, Integer::sum);
    }
    // 1000 each; their standard deviation is 29.
    assertThat(orders).hasSize(6);
    assertThat(orders.values()).allSatisfy(n -> assertThat(n).isCloseTo(1000, within(120)));
    assertThat(ranges).hasSize(6);
    assertThat(ranges.values()).allSatisfy(n -> assertThat(n).isCloseTo(1000, within(120)));
    assertThat(ranges.keySet()).allSatisfy(v -> assertThat(v).matches("\\[9.0, .*, 9.0]"));
  }
}
