package io.gradwatch.drift;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.drift.Seasonality.Repeat;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SeasonalityTest {
  private static final int DAY = (int) Duration.ofDays(1).dividedBy(Traffic.WINDOW);
  private static final Seasonality HOURS = new Seasonality(Repeat.HOUR_OF_DAY, "UTC");
  private static final DriftSettings SEASONAL =
      Traffic.withSeasonality(Traffic.settings("10% in 200 windows", 100, 0), HOURS);

  @Test
  void takesHoursByTheClockOfItsZone() {
    Seasonality week = new Seasonality(Repeat.HOUR_OF_WEEK, "Europe/Berlin");
    long mondayMorning = Instant.parse("2026-03-02T08:30:00Z").toEpochMilli();
    long inSummer = Instant.parse("2026-06-01T07:30:00Z").toEpochMilli();

    assertThat(week.slot(mondayMorning)).isEqualTo(9);
    assertThat(week.slot(inSummer)).isEqualTo(9);
    assertThat(week.name(9)).isEqualTo("Mon 09:00 Europe/Berlin");
    assertThat(HOURS.slot(mondayMorning)).isEqualTo(8);
    assertThat(Seasonality.NONE.slot(mondayMorning)).isZero();
  }

  @Test
  void refusesATimeZoneThatDoesNotExist() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Seasonality(Repeat.HOUR_OF_DAY, "Mars/Olympus"))
        .withMessage("time-zone is 'Mars/Olympus', must be a name such as UTC or Europe/Berlin");
  }

  @Test
  void needsEachSlotTwiceAndWithWindowsEnough() {
    assertThat(HOURS.span(Traffic.WINDOW)).isEqualTo(Duration.ofDays(2));
    assertThat(HOURS.span(Duration.ofMinutes(30))).isEqualTo(Duration.ofDays(2));
    assertThat(HOURS.span(Duration.ofHours(1))).isEqualTo(Duration.ofDays(4));
    assertThat(HOURS.span(Duration.ofHours(6))).isEqualTo(Duration.ofDays(4));
    assertThat(Seasonality.NONE.span(Traffic.WINDOW)).isZero();
  }

  @Test
  void takesTheSwingOutOfTheScores() {
    Traffic traffic = new Traffic(1, 12, 8, 0).swinging(2, DAY);
    Baseline seasonal = Baseline.of(traffic.windows(2 * DAY), SEASONAL);

    ScoreBaseline scale = seasonal.groups().get(0).scale();

    assertThat(scale.deviation()).isCloseTo(Traffic.DEVIATION, within(0.05));
    assertThat(scale.level(6) - scale.level(18)).isCloseTo(4 * Traffic.DEVIATION, within(0.2));
    assertThat(seasonal.shortcoming(SEASONAL)).isNull();
  }

  @Test
  void keepsTheBudgetAndStillFindsAShiftWhereTrafficSwingsEveryDay() {
    DriftSettings plain =
        Traffic.withCycle(Traffic.settings("10% in 200 windows", 100, 0), Duration.ofDays(2));

    long quietPages = pages(SEASONAL, 0, 200);
    long found = pages(SEASONAL, 2, 50);
    long foundWithout = pages(plain, 2, 50);

    assertThat(ClopperPearson.of((int) quietPages, 60).rate()).isLessThanOrEqualTo(0.1);
    assertThat(found).isGreaterThanOrEqualTo(58);
    assertThat(foundWithout).isLessThan(found / 2);
  }

  @Test
  void saysWhichSlotTheBaselineDoesNotKnow() {
    DriftTracker tracker = DriftTracker.start(SEASONAL, null);
    Traffic traffic = new Traffic(1, 12, 8, 0);
    for (int day = 0; day < 4; day++) {
      traffic.windows(DAY - 12).forEach(tracker::accept);
      traffic.skip(12);
    }
    traffic.skip(DAY - 12);

    DriftReading reading = Readings.of(tracker.accept(traffic.window()));

    assertThat(reading.status()).isEqualTo(DriftStatus.UNCALIBRATED);
    assertThat(reading.reason()).isEqualTo("the baseline has too few windows of 23:00 UTC");
  }

  @Test
  void survivesJson() throws Exception {
    Traffic traffic = new Traffic(1, 2, 8, 0);
    DriftTracker tracker = DriftTracker.start(SEASONAL, null);
    Baseline completed = null;
    for (int day = 0; day < 4; day++) {
      for (int w = 0; w < DAY - 12; w++) {
        Baseline now = tracker.accept(traffic.window()).completed();
        completed = now == null ? completed : now;
      }
      traffic.skip(12);
    }
    ObjectMapper json = new ObjectMapper();

    Baseline read = json.readValue(json.writeValueAsString(completed), Baseline.class);

    assertThat(read).isEqualTo(completed);
    assertThat(read.id()).isEqualTo(requireNonNull(completed).id());
  }

  private static long pages(DriftSettings settings, double shift, int live) {
    return LongStream.rangeClosed(1, 60)
        .parallel()
        .filter(
            seed -> {
              Traffic traffic = new Traffic(seed, 12, 8, 0).swinging(2, DAY);
              DriftTracker tracker = DriftTracker.start(settings, null);
              traffic.windows(2 * DAY).forEach(tracker::accept);
              traffic.shift(group -> group < 3 ? shift : 0);
              return traffic.windows(live).stream()
                  .anyMatch(w -> Readings.of(tracker.accept(w)).status() == DriftStatus.DRIFT);
            })
        .count();
  }
}
