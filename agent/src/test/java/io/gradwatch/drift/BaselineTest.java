package io.gradwatch.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gradwatch.importance.ImportanceSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BaselineTest {
  private static final DriftSettings SETTINGS = Traffic.settings("1 per 90d", 100, 0.1);

  @Test
  void isTheSameInWhateverOrderItsWindowsCome() {
    List<ImportanceSnapshot> windows = new Traffic(1, 3, 8, 0).windows(100);
    List<ImportanceSnapshot> shuffled = new ArrayList<>(windows);
    Collections.shuffle(shuffled, new Random(1));

    Baseline baseline = Baseline.of(shuffled, SETTINGS);

    assertThat(baseline).isEqualTo(Baseline.of(windows, SETTINGS));
    assertThat(baseline.shortcoming(SETTINGS)).isNull();
    assertThat(baseline.start()).isZero();
    assertThat(baseline.end()).isEqualTo(100 * Traffic.WINDOW.toMillis());
  }

  @Test
  void namesTheWindowsItNeedsForThePageToComeSoonEnough() {
    DriftSettings strict = Traffic.settings("1 per 900d", 20, 0.1);
    Baseline baseline = Baseline.of(new Traffic(1, 12, 8, 0).windows(20), strict);

    int needed = SoonestPage.baselineNeeded(strict.pageLimit(), 36);

    assertThat(needed).isGreaterThan(20);
    assertThat(baseline.shortcoming(strict))
        .isEqualTo("the baseline has 20 windows, needs " + needed);
  }

  @Test
  void namesTheWindowsThatTheSettingsAskFor() {
    Baseline baseline = Baseline.of(new Traffic(1, 3, 8, 0).windows(100), SETTINGS);

    assertThat(baseline.shortcoming(Traffic.settings("1 per 90d", 101, 0.1)))
        .isEqualTo("the baseline has 100 windows, needs 101");
  }

  @Test
  void namesTheCycleThatItDoesNotSpan() {
    Baseline baseline = Baseline.of(new Traffic(1, 3, 8, 0).windows(100), SETTINGS);

    assertThat(baseline.shortcoming(Traffic.withCycle(SETTINGS, Duration.ofDays(1))))
        .isEqualTo("the baseline covers 500m of 1d");
  }

  @Test
  void saysWhenThereIsNothingToWatch() {
    List<ImportanceSnapshot> constant =
        IntStream.range(0, 100)
            .mapToObj(w -> Traffic.snapshot(w, List.of(Traffic.group(0, 2, List.of(1f)))))
            .toList();

    assertThat(Baseline.of(constant, SETTINGS).shortcoming(SETTINGS))
        .isEqualTo("no group varies from window to window: there is nothing to watch");
  }

  @Test
  void refusesABudgetBeyondWhatThePoolHolds() {
    Baseline baseline = Baseline.of(new Traffic(1, 3, 8, 0).windows(100), SETTINGS);

    assertThat(baseline.shortcoming(Traffic.settings("1 per 9000d", 100, 0.1)))
        .contains("2592000 windows between alarms");
  }

  @Test
  void isMadeOfTwoWindowsOnButCannotCarryTheBudget() {
    for (int windows = 2; windows < 10; windows++) {
      Baseline baseline = Baseline.of(new Traffic(1, 3, 8, 0).windows(windows), SETTINGS);

      assertThat(baseline.shortcoming(SETTINGS))
          .isEqualTo("the baseline has %d windows, needs 100", windows);
      assertThat(baseline.groups())
          .allSatisfy(group -> assertThat(group.scale().dependence().wander()).isZero());
    }
  }

  @Test
  void refusesASingleWindow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Baseline.of(new Traffic(1, 3, 8, 0).windows(1), SETTINGS))
        .withMessage("a baseline needs at least 2 windows, there are 1");
  }

  @Test
  void refusesWindowsOfDifferentModels() {
    List<ImportanceSnapshot> windows = new ArrayList<>(new Traffic(1, 3, 8, 0).windows(20));
    windows.addAll(new Traffic(1, 4, 8, 0).windows(1));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Baseline.of(windows, SETTINGS))
        .withMessageContaining("the groups");
  }

  @Test
  void isChangedByNoSettingThatMayChangeLater() {
    List<ImportanceSnapshot> windows = new Traffic(1, 3, 8, 0).windows(100);

    assertThat(Baseline.of(windows, SETTINGS).id())
        .isEqualTo(Baseline.of(windows, Traffic.settings("1 per 1d", 50, 0.2)).id());
  }
}
