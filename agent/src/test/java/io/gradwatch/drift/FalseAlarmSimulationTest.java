package io.gradwatch.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The promise itself: how often quiet traffic pages, through the whole tracker. */
class FalseAlarmSimulationTest {
  private static final String BUDGET = "10% in 200 windows";
  private static final int HORIZON = 200;

  @Test
  void keepsTheBudgetOnHeavyTailedCorrelatedTraffic() {
    ClopperPearson alarms =
        alarms(Traffic.settings(BUDGET, 100, 0), 300, seed -> new Traffic(seed, 12, 8, 0));

    assertThat(alarms.upper()).as("%s", alarms).isLessThanOrEqualTo(0.10);
  }

  @Test
  void keepsTheBudgetOnAutocorrelatedTraffic() {
    ClopperPearson alarms =
        alarms(Traffic.settings(BUDGET, 100, 0.1), 200, seed -> new Traffic(seed, 12, 8, 0.4));

    assertThat(alarms.upper()).as("%s", alarms).isLessThanOrEqualTo(0.10);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.2, 0.4, 0.6, 0.7, 0.9, 0.97})
  @EnabledIfSystemProperty(named = "gradwatch.long", matches = "true")
  void keepsTheBudgetUnderAnyAutocorrelation(double phi) {
    ClopperPearson alarms =
        alarms(Traffic.settings(BUDGET, 100, 0.1), 1_000, seed -> new Traffic(seed, 12, 8, phi));

    assertThat(alarms.upper()).as("%s", alarms).isLessThanOrEqualTo(0.10);
  }

  /** How surely quiet traffic pages within the horizon after its baseline. */
  private static ClopperPearson alarms(
      DriftSettings settings, int runs, LongFunction<Traffic> traffic) {
    int alarms = 0;
    for (long seed = 1; seed <= runs; seed++) {
      alarms += pages(settings, traffic.apply(seed)) ? 1 : 0;
    }
    return ClopperPearson.of(alarms, runs);
  }

  private static boolean pages(DriftSettings settings, Traffic traffic) {
    DriftTracker tracker = DriftTracker.start(settings, null);
    return traffic.windows(settings.baselineWindows() + HORIZON).stream()
        .map(tracker::accept)
        .anyMatch(step -> Readings.of(step).status() == DriftStatus.DRIFT);
  }
}
