package io.gradwatch.drift;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupBaselineTest {
  @Test
  void measuresTheAngleBetweenProfiles() {
    double[] diagonal = UnitProfile.direction(new float[] {1, 1});

    assertThat(UnitProfile.shape(UnitProfile.direction(new float[] {5, 0}), diagonal))
        .isCloseTo(0.2929, within(1e-12));
    assertThat(UnitProfile.shape(UnitProfile.direction(new float[] {7, 7}), diagonal)).isZero();
    assertThat(UnitProfile.shape(new double[] {0, 0}, diagonal)).isZero();
  }

  @Test
  void takesEachShapeAgainstTheOtherWindows() {
    // Nine windows point one way and the last another: the nine hardly move, the last is far off.
    GroupBaseline group =
        baseline(w -> new Contribution(1, w == 9 ? new float[] {0, 0, 1} : new float[] {1, 0, 0}));

    List<Float> shapes = requireNonNull(group.shape()).values();
    assertThat(shapes.get(9)).isEqualTo(1f);
    assertThat(shapes.get(0).doubleValue()).isCloseTo(1 - 8 / Math.sqrt(65), within(1e-4));
  }

  @Test
  void scoresNoConstantScaleAndNoRoundingError() {
    Random random = new Random(1);
    GroupBaseline group =
        baseline(
            w -> new Contribution(3 + 1e-6 * random.nextGaussian(), new float[] {1, 1 + 1e-6f, 1}));

    assertThat(group.scale().scored()).isFalse();
    assertThat(requireNonNull(group.shape()).scored()).isFalse();
  }

  @Test
  void scoresNoScaleThatWasEverZero() {
    Random random = new Random(1);
    GroupBaseline group =
        baseline(w -> new Contribution(w == 4 ? 0 : random.nextDouble(), new float[0]));

    assertThat(group.scale().scored()).isFalse();
  }

  @Test
  void hasNoShapeBelowThreeUnits() {
    Random random = new Random(1);
    GroupBaseline group =
        baseline(w -> new Contribution(1, new float[] {random.nextFloat(), random.nextFloat()}));

    assertThat(group.shape()).isNull();
    assertThat(group.direction()).isEmpty();
  }

  @Test
  void widensTheDeadbandToTwiceTheSlowDeviation() {
    ScoreBaseline swing =
        ScoreBaseline.of(
            IntStream.range(0, 100).mapToDouble(t -> Math.sin(2 * Math.PI * t / 50)).toArray(),
            0,
            Slots.none(100));

    assertThat(swing.deadband(0.1)).isCloseTo(2 * Math.sqrt(0.5), within(0.04));
    assertThat(swing.deadband(2)).isEqualTo(2);
  }

  private static GroupBaseline baseline(IntFunction<Contribution> window) {
    return GroupBaseline.of(
        "fc.bias", IntStream.range(0, 10).mapToObj(window).toList(), Slots.none(10));
  }
}
