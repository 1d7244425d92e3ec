package io.gradwatch.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.compare.VersionComparison.Ratio;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class VersionComparisonTest {
  private static final String[] NAMES = {"a.weight", "a.bias", "b.weight"};

  @Test
  void givesTheLogRatioAndItsErrorOfEachGroup() {
    VersionComparison comparison =
        compare(Snapshots.of(NAMES, 1, 2, 1), Snapshots.of(NAMES, 2, 2, 4));

    Ratio first = comparison.groups().get(0);
    assertThat(first.group()).isEqualTo("a.weight");
    assertThat(first.logRatio()).isCloseTo(Math.log(2), within(1e-12));
    assertThat(first.error()).isCloseTo(Math.sqrt(0.02), within(1e-12));
    assertThat(first.firstShare()).isEqualTo(0.25);
    assertThat(first.secondShare()).isEqualTo(0.25);
    assertThat(first.shareChange()).isZero();
    assertThat(comparison.groups().get(2).shareChange()).isEqualTo(0.25);
    assertThat(comparison.logRatioOfTotal()).isCloseTo(Math.log(2), within(1e-12));
  }

  @Test
  void correlatesTheRanksOfTheShares() {
    ImportanceSnapshot rising = Snapshots.of(NAMES, 1, 2, 3);

    assertThat(compare(rising, Snapshots.of(NAMES, 10, 11, 90)).spearman()).isEqualTo(1.0);
    assertThat(compare(rising, Snapshots.of(NAMES, 3, 2, 1)).spearman()).isEqualTo(-1.0);
    assertThat(compare(rising, Snapshots.of(NAMES, 1, 1, 1)).spearman()).isNull();
  }

  @Test
  void aGroupWithoutImportanceHasNoRatio() {
    Ratio none =
        compare(Snapshots.of(NAMES, 0, 2, 1), Snapshots.of(NAMES, 2, 2, 4)).groups().get(0);

    assertThat(none.logRatio()).isNull();
    assertThat(none.error()).isNull();
    assertThat(Objects.requireNonNull(none).shareChange()).isEqualTo(0.25);
  }

  @Test
  void refusesOtherGroups() {
    ImportanceSnapshot other =
        Snapshots.of(new String[] {"a.weight", "c.bias", "b.weight"}, 1, 1, 1);

    assertThat(VersionComparison.possible(Snapshots.of(NAMES, 1, 1, 1), other)).isFalse();
    assertThat(VersionComparison.common(Snapshots.of(NAMES, 1, 1, 1), other)).isEqualTo(2);
    assertThatThrownBy(() -> compare(Snapshots.of(NAMES, 1, 1, 1), other))
        .hasMessage("the two models have other groups");
  }

  private static VersionComparison compare(ImportanceSnapshot first, ImportanceSnapshot second) {
    return VersionComparison.of(first, second, ImportanceMethod.TAYLOR);
  }
}
