package io.gradwatch.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.importance.ImportanceSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Traffic without drift that looks like drift to a careless detector: no page out of nothing. */
class OddTrafficTest {
  private static final String BUDGET = "10% in 200 windows";
  private static final DriftSettings SETTINGS = Traffic.settings(BUDGET, 100, 0);
  private static final int DAY = (int) (Duration.ofDays(1).toMinutes() / 5);
  private static final int RUNS = 60;

  @Test
  void isQuietOnATwoUnitSoftmaxWhoseUnitsDifferByRoundingAlone() {
    ClopperPearson paged =
        paged(
            SETTINGS,
            300,
            seed -> {
              Random random = new Random(seed);
              return windows(300, w -> softmaxBias(w, random));
            });

    assertThat(paged.rate()).as("%s", paged).isLessThanOrEqualTo(0.1);
  }

  @Test
  void isQuietOnConstantGroupsBesideLiveOnes() {
    ClopperPearson paged =
        paged(
            SETTINGS,
            300,
            seed -> {
              Traffic traffic = new Traffic(seed, 3, 8, 0);
              Random rounding = new Random(seed);
              return windows(
                  300,
                  w -> {
                    List<ImportanceSnapshot.GroupImportance> groups =
                        new ArrayList<>(traffic.window().groups());
                    float off = (float) (1e-6 * rounding.nextGaussian());
                    groups.add(Traffic.group(3, 2 + off, List.of(1f, 1 + off, 1f)));
                    groups.add(Traffic.group(4, 0, List.of(0f, 0f, 0f)));
                    return Traffic.snapshot(w, groups);
                  });
            });

    assertThat(paged.rate()).as("%s", paged).isLessThanOrEqualTo(0.1);
  }

  @Test
  void isQuietOnADailySwingThatTheBaselineCovers() {
    DriftSettings settings = Traffic.withCycle(SETTINGS, Duration.ofDays(1));

    ClopperPearson paged = paged(settings, RUNS, seed -> swinging(seed, 2 * DAY));

    assertThat(paged.rate()).as("%s", paged).isLessThanOrEqualTo(0.1);
  }

  @Test
  void promisesNothingOnADailySwingWithABaselineThatIsShorter() {
    DriftSettings settings = Traffic.withCycle(SETTINGS, Duration.ofDays(1));
    List<ImportanceSnapshot> windows = swinging(1, 0);
    Baseline morning = Baseline.of(windows.subList(0, 100), settings);
    DriftTracker tracker = DriftTracker.start(settings, morning);

    List<DriftReading> readings =
        windows.subList(100, windows.size()).stream()
            .map(window -> Readings.of(tracker.accept(window)))
            .toList();

    assertThat(readings)
        .allSatisfy(
            reading -> {
              assertThat(reading.status()).isEqualTo(DriftStatus.UNCALIBRATED);
              assertThat(reading.reason()).isEqualTo("the baseline covers 500m of 1d");
            });
  }

  @Test
  void isUncalibratedAtNightWhereFewerSamplesCome() {
    DriftTracker tracker = DriftTracker.start(Traffic.settings(BUDGET, 100, 0.1), null);
    Map<DriftStatus, Integer> nights = new EnumMap<>(DriftStatus.class);
    Traffic traffic = new Traffic(1, 12, 8, 0);
    for (int w = 0; w < 3 * DAY; w++) {
      boolean night = w > 120 && w % DAY < DAY / 3;
      ImportanceSnapshot window = traffic.window();
      DriftReading reading =
          Readings.of(tracker.accept(night ? Traffic.ofSamples(window, 256) : window));
      assertThat(reading.status()).isNotEqualTo(DriftStatus.DRIFT);
      if (night) {
        nights.merge(reading.status(), 1, Integer::sum);
        assertThat(reading.reason())
            .isEqualTo("the baseline does not fit: samples a window was 512 and is 256 now");
      }
    }

    assertThat(nights).containsOnlyKeys(DriftStatus.UNCALIBRATED);
  }

  @Test
  void saysWhenAClockWentBackAndGoesOnWhereItWas() {
    DriftTracker tracker = DriftTracker.start(SETTINGS, null);
    List<ImportanceSnapshot> windows = new Traffic(1, 12, 8, 0).windows(205);
    windows.subList(0, 200).forEach(tracker::accept);
    DriftReading before = Readings.of(tracker.accept(windows.get(200)));

    DriftReading back = Readings.of(tracker.accept(windows.get(50)));
    DriftReading after = Readings.of(tracker.accept(windows.get(201)));

    assertThat(back.status()).isEqualTo(DriftStatus.UNCALIBRATED);
    assertThat(back.reason())
        .isEqualTo(
            "the window is from before 1970-01-01T16:40:00Z, which was seen already: a clock went"
                + " back");
    assertThat(back.evidence()).isEqualTo(before.evidence());
    assertThat(after.status()).isEqualTo(DriftStatus.STABLE);
  }

  @Test
  void saysWhyItNeverFinishesABaselineOfWindowsThatAreNotAlike() {
    DriftTracker tracker = DriftTracker.start(SETTINGS, null);
    Traffic traffic = new Traffic(1, 12, 8, 0);
    for (int w = 0; w < 299; w++) {
      tracker.accept(Traffic.ofSamples(traffic.window(), 500 + w % 2));
    }

    DriftReading reading = Readings.of(tracker.accept(Traffic.ofSamples(traffic.window(), 501)));

    assertThat(reading.status()).isEqualTo(DriftStatus.UNCALIBRATED);
    assertThat(reading.reason())
        .isEqualTo(
            "the windows are not alike: samples a window was 500 and is 501 now; begun anew, 1 of"
                + " 100 windows");
  }

  @Test
  void countsNoGapAsPartOfACycle() {
    DriftSettings settings = Traffic.withCycle(SETTINGS, Duration.ofDays(1));
    DriftTracker tracker = DriftTracker.start(settings, null);
    Traffic traffic = new Traffic(1, 12, 8, 0);
    traffic.windows(100).forEach(tracker::accept);
    traffic.skip(2 * DAY);

    DriftReading reading = Readings.of(tracker.accept(traffic.window()));

    assertThat(reading.reason()).isEqualTo("101 windows cover 505m of 1d");
  }

  private static List<ImportanceSnapshot> swinging(long seed, int live) {
    return new Traffic(seed, 12, 8, 0).swinging(1, DAY).windows(2 * DAY + live);
  }

  private static ImportanceSnapshot softmaxBias(int w, Random random) {
    float half = (float) Math.exp(0.1 * random.nextGaussian());
    float rounded = half * (1 + (float) (1e-7 * random.nextGaussian()));
    return Traffic.snapshot(
        w,
        List.of(
            Traffic.group(0, half, List.of(half, rounded)),
            Traffic.group(1, 1, List.of(half, rounded, half, rounded))));
  }

  private static List<ImportanceSnapshot> windows(
      int count, IntFunction<ImportanceSnapshot> window) {
    return IntStream.range(0, count).mapToObj(window).toList();
  }

  private static ClopperPearson paged(
      DriftSettings settings, int runs, LongFunction<List<ImportanceSnapshot>> windows) {
    long pages =
        LongStream.rangeClosed(1, runs)
            .parallel()
            .filter(
                seed -> statuses(settings, windows.apply(seed)).anyMatch(DriftStatus.DRIFT::equals))
            .count();
    return ClopperPearson.of((int) pages, runs);
  }

  private static Stream<DriftStatus> statuses(
      DriftSettings settings, List<ImportanceSnapshot> windows) {
    DriftTracker tracker = DriftTracker.start(settings, null);
    return windows.stream().map(window -> Readings.of(tracker.accept(window)).status());
  }
}
