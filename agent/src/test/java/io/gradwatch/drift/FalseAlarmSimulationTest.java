package io.gradwatch.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.hipparchus.stat.StatUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The promise itself: how often quiet traffic pages, through the whole tracker. */
class FalseAlarmSimulationTest {
  private static final String BUDGET = "10% in 200 windows";
  private static final int HORIZON = 200;
  private static final int RUNS = Boolean.getBoolean("gradwatch.long") ? 2_000 : 600;
  private static final DriftSettings NO_DEADBAND = Traffic.settings(BUDGET, 100, 0);

  /** Traffic without drift, and the largest share of quiet runs that may page. */
  private record Quiet(String name, double most, LongFunction<Traffic> traffic) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Quiet> quiet() {
    return List.of(
        new Quiet("independent", 0.10, seed -> new Traffic(seed, 12, 8, 0)),
        new Quiet("independent, scales alone", 0.10, seed -> new Traffic(seed, 12, 1, 0)),
        new Quiet("AR(1) of 0.4", 0.15, seed -> new Traffic(seed, 12, 8, 0.4)),
        new Quiet(
            "four groups at 0.7, the rest white",
            0.15,
            seed -> new Traffic(seed, 12, 8, 0).autocorrelated(group -> group < 4 ? 0.7 : 0)),
        new Quiet(
            "AR(1) of 0.9 as 30 % of the variance",
            0.15, seed -> new Traffic(seed, 12, 8, 0.9).whitened(0.7)));
  }

  @ParameterizedTest
  @MethodSource("quiet")
  void keepsTheBudgetWithoutAnyMinimumEffect(Quiet quiet) {
    Outcomes outcomes = Outcomes.of(NO_DEADBAND, RUNS, quiet.traffic);

    System.out.println(quiet + " without minimum effect: " + outcomes);
    assertThat(outcomes.paged().rate()).as("%s", outcomes).isLessThanOrEqualTo(quiet.most);
  }

  @ParameterizedTest
  @MethodSource("quiet")
  void hardlyEverPagesWithAMinimumEffect(Quiet quiet) {
    Outcomes outcomes = Outcomes.of(Traffic.settings(BUDGET, 100, 0.1), RUNS / 3, quiet.traffic);

    System.out.println(quiet + ", minimum effect 10 %: " + outcomes);
    assertThat(outcomes.paged().rate()).as("%s", outcomes).isLessThanOrEqualTo(0.05);
  }

  @Test
  @EnabledIfSystemProperty(named = "gradwatch.long", matches = "true")
  void runsAtLeastAsLongAsStatedUntilAFalseAlarm() {
    double limit = NO_DEADBAND.pageLimit();
    double[] lengths =
        LongStream.rangeClosed(1, 100)
            .parallel()
            .mapToDouble(seed -> runLength(new Traffic(seed, 12, 1, 0), (int) (3 * limit)))
            .toArray();

    double error = Math.sqrt(StatUtils.variance(lengths) / lengths.length);
    System.out.printf(
        "run length, cut at %.0f: mean %.0f, standard error %.0f, c = %.0f%n",
        3 * limit, StatUtils.mean(lengths), error, limit);
    assertThat(StatUtils.mean(lengths)).isGreaterThanOrEqualTo(limit);
  }

  /** A run that is cut counts as if it had ended there, so the mean is below the true one. */
  private static double runLength(Traffic traffic, int longest) {
    DriftTracker tracker = DriftTracker.start(NO_DEADBAND, null);
    traffic.windows(NO_DEADBAND.baselineWindows()).forEach(tracker::accept);
    return IntStream.rangeClosed(1, longest)
        .filter(t -> status(tracker, traffic) == DriftStatus.DRIFT)
        .findFirst()
        .orElse(longest);
  }

  /**
   * How quiet runs end.
   *
   * @param paged how surely a run pages within the horizon after its baseline
   * @param refused runs in which no budget was promised within the horizon
   */
  record Outcomes(ClopperPearson paged, ClopperPearson refused) {
    static Outcomes of(DriftSettings settings, int runs, LongFunction<Traffic> traffic) {
      var ends =
          LongStream.rangeClosed(1, runs)
              .parallel()
              .mapToObj(seed -> end(settings, traffic.apply(seed)))
              .toList();
      return new Outcomes(
          count(ends.stream(), DriftStatus.DRIFT, runs),
          count(ends.stream(), DriftStatus.UNCALIBRATED, runs));
    }

    private static ClopperPearson count(Stream<DriftStatus> ends, DriftStatus wanted, int runs) {
      return ClopperPearson.of((int) ends.filter(end -> end == wanted).count(), runs);
    }

    private static DriftStatus end(DriftSettings settings, Traffic traffic) {
      DriftTracker tracker = DriftTracker.start(settings, null);
      DriftStatus status = DriftStatus.CALIBRATING;
      for (int t = 0; t < settings.baselineWindows() + HORIZON; t++) {
        status = status(tracker, traffic);
        if (status == DriftStatus.DRIFT) {
          return status;
        }
      }
      return status;
    }
  }

  private static DriftStatus status(DriftTracker tracker, Traffic traffic) {
    return Readings.of(tracker.accept(traffic.window())).status();
  }
}
