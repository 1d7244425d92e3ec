package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupSumTest {
  @Test
  void addsUpOverUnitsAndOverMicroBatches() {
    GroupSum sum = new GroupSum(2, 3);
    sum.add(group(3), index -> new float[] {1, 2, 3});
    sum.add(group(3), index -> new float[] {0, 4, 0});
    assertThat(sum.estimate(new int[] {1, 1}).mean()).isEqualTo(5);
    assertThat(sum.profile(2)).containsExactly(0.5f, 3f, 1.5f);
  }

  @Test
  void squaresEachUnitOfAMicroBatch() {
    GroupSum sum = new GroupSum(2, 2);
    sum.addSquares(group(2), index -> new float[] {1, -2});
    sum.addSquares(group(2), index -> new float[] {3, 0});
    assertThat(sum.profile(1)).containsExactly(10f, 4f);
  }

  @Test
  void sumsNeighboursOfAWideProfile() {
    GroupSum sum = new GroupSum(1, 513);
    float[] ones = new float[513];
    Arrays.fill(ones, 1);
    sum.add(group(513), index -> ones);
    assertThat(sum.profile(1)).hasSize(256).containsOnly(2f, 3f);
    assertThat(sum.profile(1).stream().mapToDouble(Float::doubleValue).sum()).isEqualTo(513);
    assertThat(new GroupSum(1, 256).profile(1)).hasSize(256);
  }

  private static Group group(long units) {
    Parameter parameter = new Parameter("p", List.of(units));
    return new Group("p", List.of(new Group.Slice(0, parameter, 0, (int) units)));
  }
}
