package io.gradwatch.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvidenceTest {
  @Test
  void startsEveryGamblerWithOneStakeAWindow() {
    Evidence evidence = Evidence.NONE.after(0.04);

    assertThat(evidence.powers().get(2)).isCloseTo(0.5 / Math.sqrt(0.04), within(1e-12));
    assertThat(evidence.jumpers().get(1)).isCloseTo((1 + 0.46) / 3, within(1e-12));
  }

  @Test
  void letsAHundredthOfTheCapitalJump() {
    Evidence before =
        new Evidence(List.of(1.0, 2.0, 3.0, 4.0), List.of(2 - 1.0 / 3, 4 - 1.0 / 3, 6 - 1.0 / 3));

    Evidence after = before.after(0.1);

    double jumped = 0.01 / 3 * 12;
    assertThat(after.powers().get(2)).isCloseTo(4 * 0.5 / Math.sqrt(0.1), within(1e-12));
    assertThat(after.jumpers().get(0)).isCloseTo((0.99 * 2 + jumped) * 1.2, within(1e-12));
    assertThat(after.jumpers().get(1)).isCloseTo((0.99 * 4 + jumped) * 1.4, within(1e-12));
    assertThat(after.jumpers().get(2)).isCloseTo((0.99 * 6 + jumped) * 1.76, within(1e-12));
  }

  @Test
  void countsHalfOfTheMeanPowerAndHalfOfAllJumpers() {
    Evidence evidence = new Evidence(List.of(1.0, 2.0, 3.0, 6.0), List.of(1.0, 2.0, 4.0));

    assertThat(evidence.value()).isEqualTo((3.0 + 7.0) / 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 20, 100, 2_016})
  void growsByAtMostOneAWindowOverFairRanks(int others) {
    double[] ranks =
        IntStream.rangeClosed(0, others).mapToDouble(count -> Pool.rank(count, others)).toArray();

    Evidence first = Evidence.NONE.afterAnyOf(ranks);
    Evidence second = first.afterAnyOf(ranks);

    assertThat(first.value()).isBetween(0.5, 1.0 + 1e-12);
    assertThat(second.value()).isBetween(1.0, 2.0 + 1e-12);
  }

  @Test
  void neverWinsFromLargeRanks() {
    assertThat(Evidence.NONE.after(0.9).value()).isLessThan(1);
    assertThat(Evidence.NONE.after(1).value()).isLessThan(0.5);
  }

  @Test
  void staysFiniteInADriftThatLastsForEver() {
    Evidence evidence = Evidence.NONE;
    for (int window = 0; window < 2_000; window++) {
      evidence = evidence.after(1e-6);
    }

    assertThat(evidence.value()).isGreaterThan(1e90).isFinite();
  }

  @Test
  void refusesAnotherNumberOfGamblers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Evidence(List.of(0.0), List.of(0.0, 0.0, 0.0)))
        .withMessageContaining("1 powers");
  }
}
