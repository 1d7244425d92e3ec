package io.gradwatch.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.importance.Grouping;
import io.gradwatch.importance.ImportanceMethod;
import org.junit.jupiter.api.Test;

/** By depth and by rank. */
class ProfileTest {
  private static final String[] TWO_MODULES = {"first.weight", "first.bias", "second.weight"};

  @Test
  void spreadsEachModuleOverItsPartOfTheDepth() {
    DepthProfile profile =
        DepthProfile.of(
            Snapshots.of(TWO_MODULES, 1, 2, 1), ImportanceMethod.TAYLOR, Grouping.TENSOR);

    assertThat(profile.modules()).isEqualTo(2);
    assertThat(profile.bins()).hasSize(DepthProfile.BINS);
    assertThat(profile.bins().subList(0, 5)).allMatch(bin -> Math.abs(bin - 0.15) < 1e-12);
    assertThat(profile.bins().subList(5, 10)).allMatch(bin -> Math.abs(bin - 0.05) < 1e-12);
    assertThat(profile.centre()).isCloseTo(0.75 * 0.25 + 0.25 * 0.75, within(1e-12));
  }

  @Test
  void modulesThatDoNotEndAtABinAreSplit() {
    DepthProfile profile =
        DepthProfile.of(
            Snapshots.of(new String[] {"a.w", "b.w", "c.w"}, 3, 0, 0),
            ImportanceMethod.TAYLOR,
            Grouping.TENSOR);

    assertThat(profile.bins().get(2)).isCloseTo(0.3, within(1e-12));
    assertThat(profile.bins().get(3)).isCloseTo(0.1, within(1e-12));
    assertThat(profile.bins().get(4)).isZero();
  }

  @Test
  void aGroupThatIsAModuleIsNotCutAgain() {
    DepthProfile profile =
        DepthProfile.of(
            Snapshots.of(new String[] {"body.0", "body.2", "head"}, 1, 1, 1),
            ImportanceMethod.TAYLOR,
            Grouping.MODULE);

    assertThat(profile.modules()).isEqualTo(3);
    assertThat(profile.centre()).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void ranksGroupsByTheirShares() {
    RankCurve curve = RankCurve.of(Snapshots.of(TWO_MODULES, 1, 2, 1), ImportanceMethod.TAYLOR);

    assertThat(curve.ranks())
        .containsExactly(
            new RankCurve.Rank("first.bias", 0.5, 0.5),
            new RankCurve.Rank("first.weight", 0.25, 0.75),
            new RankCurve.Rank("second.weight", 0.25, 1));
  }

  @Test
  void equalGroupsAreAllEffective() {
    assertThat(
            RankCurve.of(Snapshots.of(TWO_MODULES, 3, 3, 3), ImportanceMethod.TAYLOR)
                .effectiveGroups())
        .isCloseTo(3, within(1e-12));
    assertThat(
            RankCurve.of(Snapshots.of(TWO_MODULES, 3, 0, 0), ImportanceMethod.TAYLOR)
                .effectiveGroups())
        .isCloseTo(1, within(1e-12));
  }
}
