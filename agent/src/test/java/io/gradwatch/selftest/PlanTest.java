package io.gradwatch.selftest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.FalseAlarmBudget;
import io.gradwatch.drift.Seasonality;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.selftest.Plan.Wish;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final Wish NONE = new Wish(null, null, 50);

  @Test
  void threeBaselineLengthsAreOneRun() {
    assertThat(Plan.of(settings(100, Duration.ZERO), 300, NONE))
        .isEqualTo(new Plan(100, 200, 1, 50, 50, 0.1));
    assertThatThrownBy(() -> Plan.of(settings(100, Duration.ZERO), 299, NONE))
        .hasMessage(
            "the history has 299 windows, a self-test needs at least 300, three times the"
                + " baseline's length of 100; give a longer one");
  }

  @Test
  void isTooShortForRunsOfFewWindowsToo() {
    Wish few = new Wish(10, null, 50);

    assertThatThrownBy(() -> Plan.of(settings(100, Duration.ZERO), 299, few))
        .hasMessageContaining("needs at least 300");
    assertThat(Plan.of(settings(100, Duration.ZERO), 300, few).runs()).isEqualTo(2);
  }

  @Test
  void runsShareNoWindow() {
    Plan plan = Plan.of(settings(20, Duration.ZERO), 359, NONE);

    assertThat(plan.runs()).isEqualTo(5);
    assertThat(plan.length()).isEqualTo(60);
  }

  @Test
  void aBaselineSpansTheCycle() {
    assertThat(Plan.baselineWindows(settings(20, Duration.ofMinutes(119)))).isEqualTo(24);
    assertThat(Plan.baselineWindows(settings(20, Duration.ofMinutes(99)))).isEqualTo(20);
  }

  @Test
  void refusesRunsThatSayNothing() {
    DriftSettings settings = settings(20, Duration.ZERO);

    assertThatThrownBy(() -> Plan.of(settings, 9_000, new Wish(2_000, null, 50)))
        .hasMessageStartingWith("the budget allows an alarm in every 2000 windows");
    assertThatThrownBy(() -> Plan.of(settings, 100, new Wish(81, null, 50)))
        .hasMessage(
            "a run of 81 windows after a baseline of 20 needs 101, there are 100; ask for fewer");
  }

  @Test
  void takesNoMoreRunsThanWished() {
    assertThat(Plan.of(settings(20, Duration.ZERO), 600, new Wish(null, 3, 50)).runs())
        .isEqualTo(3);
    assertThat(Plan.of(settings(20, Duration.ZERO), 60, new Wish(null, 3, 50)).runs()).isEqualTo(1);
  }

  @Test
  void patienceEndsWithTheRun() {
    assertThat(Plan.of(settings(20, Duration.ZERO), 60, NONE).patience()).isEqualTo(30);
  }

  private static DriftSettings settings(int baselineWindows, Duration cycle) {
    return new DriftSettings(
        ImportanceMethod.TAYLOR,
        FalseAlarmBudget.parse("10% in 200 windows"),
        FalseAlarmBudget.parse("1 per 1d"),
        1,
        Duration.ofMinutes(5),
        cycle,
        baselineWindows,
        0.1,
        Seasonality.NONE);
  }
}
