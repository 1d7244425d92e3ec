package io.gradwatch.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.hipparchus.stat.descriptive.rank.Median;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How soon drift in 3 of 12 groups is found after 50 quiet windows, through the whole tracker. */
class DetectionSimulationTest {
  private static final int RUNS = 600;
  private static final int QUIET = 50;
  private static final int PATIENCE = 300;

  @ParameterizedTest
  @CsvSource({
    "10% in 200 windows, 1, 8, 25",
    "10% in 200 windows, 1, 1, 25",
    "10% in 200 windows, 5, 8, 6",
    "1 per 90d,          1, 8, 35",
    "1 per 90d,          1, 1, 35",
    "1 per 90d,          5, 8, 8"
  })
  void findsAShiftWithoutMinimumEffect(String budget, double shift, int units, double median) {
    DriftSettings settings = Traffic.settings(budget, 100, 0);

    Delays delays = Delays.until(DriftStatus.DRIFT, RUNS, settings, units, shift);

    System.out.printf("%.0f sd, %d units, '%s': %s%n", shift, units, budget, delays);
    assertThat(delays.found().rate()).isGreaterThanOrEqualTo(0.95);
    assertThat(delays.median()).isLessThanOrEqualTo(median);
  }

  @ParameterizedTest
  @CsvSource({"8", "1"})
  void warnsOfAShiftWithinSixteenWindows(int units) {
    DriftSettings settings =
        Traffic.withWarnings(Traffic.settings("1 per 90d", 100, 0), "10% in 20 windows");

    Delays delays = Delays.until(DriftStatus.WARNING, RUNS, settings, units, 1);

    System.out.printf("warning of 1 sd, %d units: %s%n", units, delays);
    assertThat(delays.median()).isLessThanOrEqualTo(16);
  }

  @Test
  void findsAShiftFarAboveTheDeadband() {
    DriftSettings settings = Traffic.settings("1 per 90d", 100, 0.1);

    Delays delays = Delays.until(DriftStatus.DRIFT, 100, settings, 8, 2);

    assertThat(delays.found().rate()).as("%s", delays).isEqualTo(1);
    assertThat(delays.median()).isLessThanOrEqualTo(25);
  }

  @Test
  void isSilentAboutAShiftWithinTheDeadband() {
    double withinDeadband = Math.log(1.05) / Traffic.DEVIATION;
    DriftSettings settings = Traffic.settings("10% in 200 windows", 100, 0.1);

    Delays delays = Delays.until(DriftStatus.DRIFT, 100, settings, 8, withinDeadband);

    assertThat(delays.found().successes()).as("%s", delays).isZero();
  }

  /**
   * How soon a status comes after the shift, counted among the runs without an alarm before.
   *
   * @param found runs in which it comes within {@link #PATIENCE}
   * @param median in windows, of all those runs; a run in which it does not come counts as late
   */
  private record Delays(ClopperPearson found, double median) {
    static Delays until(
        DriftStatus wanted, int runs, DriftSettings settings, int units, double shift) {
      List<Integer> delays =
          LongStream.rangeClosed(1, runs)
              .parallel()
              .mapToObj(seed -> delay(wanted, settings, new Traffic(seed, 12, units, 0), shift))
              .filter(delay -> delay > 0)
              .toList();
      double[] all = delays.stream().mapToDouble(Integer::doubleValue).toArray();
      int found = (int) Arrays.stream(all).filter(delay -> delay < PATIENCE).count();
      return new Delays(ClopperPearson.of(found, all.length), new Median().evaluate(all));
    }

    /** 0 where it came before the shift. */
    private static int delay(
        DriftStatus wanted, DriftSettings settings, Traffic traffic, double shift) {
      DriftTracker tracker = DriftTracker.start(settings, null);
      boolean came = false;
      for (int t = 0; t < settings.baselineWindows() + QUIET; t++) {
        came |= came(wanted, status(tracker, traffic));
      }
      if (came) {
        return 0;
      }
      traffic.shift(group -> group < 3 ? shift : 0);
      for (int delay = 1; delay < PATIENCE; delay++) {
        if (came(wanted, status(tracker, traffic))) {
          return delay;
        }
      }
      return PATIENCE;
    }

    private static boolean came(DriftStatus wanted, DriftStatus status) {
      return status == wanted || status == DriftStatus.DRIFT;
    }

    private static DriftStatus status(DriftTracker tracker, Traffic traffic) {
      return Readings.of(tracker.accept(traffic.window())).status();
    }
  }
}
