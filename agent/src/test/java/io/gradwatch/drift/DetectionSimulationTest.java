package io.gradwatch.drift;

import static org.assertj.core.api.Assertions.assertThat;

import org.hipparchus.stat.descriptive.rank.Median;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How soon drift in 3 of 12 groups is found after 50 quiet windows, through the whole tracker. */
class DetectionSimulationTest {
  private static final int QUIET = 50;
  private static final int PATIENCE = 300;

  @ParameterizedTest
  @CsvSource({
    "10% in 200 windows, 1, 23",
    "10% in 200 windows, 5, 6",
    "1 per 90d,          1, 33",
    "1 per 90d,          5, 7"
  })
  void findsAShiftWithoutDeadbandWithinSoManyWindows(String budget, double shift, double median) {
    double[] delays = delays(40, Traffic.settings(budget, 100, 0), shift);

    assertThat(delays).doesNotContain(PATIENCE);
    assertThat(new Median().evaluate(delays)).isLessThanOrEqualTo(median);
  }

  @Test
  void findsAShiftFarAboveTheDeadband() {
    double[] delays = delays(40, Traffic.settings("1 per 90d", 100, 0.1), 2);

    assertThat(delays).doesNotContain(PATIENCE);
    assertThat(new Median().evaluate(delays)).isLessThanOrEqualTo(25);
  }

  @Test
  void isSilentAboutAShiftWithinTheDeadband() {
    double withinDeadband = Math.log(1.05) / Traffic.DEVIATION;

    double[] delays = delays(40, Traffic.settings("10% in 200 windows", 100, 0.1), withinDeadband);

    assertThat(delays).containsOnly(PATIENCE);
  }

  /** Windows until the page, one a run; {@link #PATIENCE} where there was none. */
  private static double[] delays(int runs, DriftSettings settings, double shift) {
    double[] delays = new double[runs];
    for (int run = 0; run < runs; run++) {
      Traffic traffic = new Traffic(run + 1, 12, 1, 0);
      DriftTracker tracker = DriftTracker.start(settings, null);
      traffic.windows(settings.baselineWindows() + QUIET).forEach(tracker::accept);
      traffic.shift(group -> group < 3 ? shift : 0);
      delays[run] = delay(tracker, traffic);
    }
    return delays;
  }

  private static int delay(DriftTracker tracker, Traffic traffic) {
    int delay = 1;
    while (Readings.of(tracker.accept(traffic.window())).status() != DriftStatus.DRIFT) {
      delay++;
      if (delay >= PATIENCE) {
        return PATIENCE;
      }
    }
    return delay;
  }
}
