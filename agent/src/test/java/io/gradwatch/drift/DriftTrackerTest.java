package io.gradwatch.drift;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.importance.ImportanceSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DriftTrackerTest {
  private static final DriftSettings SETTINGS = Traffic.settings("10% in 200 windows", 100, 0.1);
  private static final int QUIET = 40;

  @Test
  void saysHowFarTheBaselineHasCome() {
    DriftTracker tracker = DriftTracker.start(SETTINGS, null);

    DriftReading reading = last(tracker, new Traffic(1, 12, 8, 0).windows(37));

    assertThat(reading.status()).isEqualTo(DriftStatus.CALIBRATING);
    assertThat(reading.reason()).isEqualTo("37 of 100 windows");
    assertThat(reading.baselineWindows()).isEqualTo(37);
    assertThat(reading.evidence()).isZero();
    assertThat(reading.soonestPage()).isNull();
  }

  @Test
  void waitsUntilTheBaselineCoversACycle() {
    DriftTracker tracker =
        DriftTracker.start(Traffic.withCycle(SETTINGS, Duration.ofHours(10)), null);
    Traffic traffic = new Traffic(1, 12, 8, 0);

    DriftReading before = last(tracker, traffic.windows(119));
    DriftStep completing = tracker.accept(traffic.window());

    assertThat(before.reason()).isEqualTo("119 windows cover 595m of 10h");
    assertThat(requireNonNull(completing.completed()).windows()).isEqualTo(120);
    assertThat(Readings.of(completing).status()).isEqualTo(DriftStatus.STABLE);
    assertThat(completing.uncollected()).hasSize(119);
  }

  @Test
  void ignoresAWindowThatItHasAccepted() {
    DriftTracker tracker = DriftTracker.start(SETTINGS, null);
    ImportanceSnapshot window = new Traffic(1, 12, 8, 0).window();
    DriftState state = tracker.accept(window).state();

    DriftStep again = tracker.accept(window);

    assertThat(again.reading()).isNull();
    assertThat(again.collected()).isNull();
    assertThat(again.state()).isSameAs(state);
  }

  @Test
  void pagesNamesTheGroupsAndRecovers() {
    Traffic traffic = new Traffic(3, 12, 8, 0);
    DriftTracker tracker = quiet(traffic);

    DriftStep page =
        until(tracker, traffic.shift(group -> group < 2 ? 4 : 0), DriftStatus.DRIFT, 12);
    DriftReading paged = last(tracker, traffic.windows(5));
    DriftStep recovery = until(tracker, traffic.shift(group -> 0), DriftStatus.STABLE, 30);

    assertThat(page.pooled()).isNull();
    assertThat(page.leftPool()).contains(Readings.of(page).onset());
    assertThat(moved(paged)).containsExactlyInAnyOrder("layer0.weight", "layer1.weight");
    assertThat(paged.groups().get(0).scaleEffect()).isCloseTo(0.8, within(0.5));
    assertThat(paged.groups().get(0).evidence()).isGreaterThan(1);
    assertThat(paged.groups().stream().mapToDouble(GroupDrift::share).sum())
        .isCloseTo(1, within(1e-9));
    assertThat(Readings.of(recovery).evidence()).isZero();
    assertThat(Readings.of(recovery).onset()).isNull();
  }

  @Test
  void warnsBeforeItPages() {
    Traffic traffic = new Traffic(3, 12, 8, 0);
    DriftTracker tracker = quiet(traffic);
    traffic.shift(group -> group < 3 ? 2 : 0);

    DriftReading warning = Readings.of(until(tracker, traffic, DriftStatus.WARNING, 20));

    assertThat(warning.warningEvidence()).isGreaterThanOrEqualTo(1);
    assertThat(warning.evidence()).isLessThan(1);
    until(tracker, traffic, DriftStatus.DRIFT, 20);
  }

  @Test
  void dropsExactlyTheWindowsSinceTheOnsetAndKeepsThePoolFrozen() {
    Traffic traffic = new Traffic(4, 12, 8, 0);
    DriftTracker tracker = DriftTracker.start(SETTINGS, null);
    TreeSet<Long> pool = new TreeSet<>();
    traffic.windows(100 + QUIET).forEach(window -> keep(pool, tracker.accept(window)));
    traffic.shift(group -> group == 5 ? 5 : 0);

    DriftReading reading;
    do {
      DriftStep step = tracker.accept(traffic.window());
      keep(pool, step);
      reading = Readings.of(step);
    } while (reading.status() != DriftStatus.DRIFT);
    TreeSet<Long> frozen = new TreeSet<>(pool);
    traffic.windows(20).forEach(window -> keep(pool, tracker.accept(window)));

    assertThat(pool).isEqualTo(frozen);
    assertThat(pool.last()).isLessThan(requireNonNull(reading.onset()));
    // the first windows of a drift pass before the evidence is above 1 % of the limit
    assertThat(pool.size()).isBetween(QUIET - 5, QUIET + 3);
  }

  @Test
  void findsADriftThatComesAgainAsSoonAsTheFirstTime() {
    Traffic traffic = new Traffic(6, 12, 8, 0);
    DriftTracker tracker = quiet(traffic);
    List<Long> delays = new ArrayList<>();

    for (int turn = 0; turn < 20; turn++) {
      traffic.shift(group -> group < 3 ? 4 : 0);
      long before = Readings.of(tracker.accept(traffic.window())).start();
      DriftReading page = Readings.of(until(tracker, traffic, DriftStatus.DRIFT, 60));
      delays.add((page.start() - before) / Traffic.WINDOW.toMillis() + 1);
      traffic.windows(10).forEach(tracker::accept);
      until(tracker, traffic.shift(group -> 0), DriftStatus.STABLE, 60);
      traffic.windows(20).forEach(tracker::accept);
    }

    assertThat(delays.subList(10, 20)).allMatch(delay -> delay <= delays.get(0) + 2);
  }

  @Test
  void findsAndNamesAShapeThatDriftsAtUnchangedScale() {
    Traffic traffic = new Traffic(5, 12, 8, 0);
    DriftTracker tracker = quiet(traffic);

    until(tracker, traffic.tilt(group -> group == 7 ? 0.9 : 0), DriftStatus.DRIFT, 20);
    DriftReading reading = last(tracker, traffic.windows(3));

    assertThat(moved(reading)).containsExactly("layer7.weight");
    GroupDrift group = reading.groups().get(7);
    assertThat(requireNonNull(group.shape()))
        .isGreaterThan(2 * requireNonNull(group.shapeDeadband()));
    assertThat(group.scaleEffect()).isLessThan(1);
  }

  @Test
  void comparesNothingWithABaselineOfOtherInputs() {
    Traffic traffic = new Traffic(6, 12, 8, 0);
    Baseline baseline = Baseline.of(traffic.windows(100), SETTINGS);
    DriftSettings scaled = Traffic.withInputs(SETTINGS, "pixels scale [255.0]");

    DriftReading reading =
        Readings.of(DriftTracker.start(scaled, baseline).accept(traffic.window()));

    assertThat(reading.status()).isEqualTo(DriftStatus.UNCALIBRATED);
    assertThat(reading.reason())
        .isEqualTo(
            "the baseline does not fit: the mapping of inputs was none and is pixels scale [255.0] now");
  }

  @Test
  void comparesNothingWithABaselineOfOtherWindows() {
    Traffic traffic = new Traffic(6, 12, 8, 0);
    Baseline baseline = Baseline.of(traffic.windows(100), SETTINGS);
    ImportanceSnapshot half = Traffic.ofSamples(traffic.window(), 256);

    DriftReading reading = Readings.of(DriftTracker.start(SETTINGS, baseline).accept(half));

    assertThat(reading.status()).isEqualTo(DriftStatus.UNCALIBRATED);
    assertThat(reading.reason())
        .isEqualTo("the baseline does not fit: samples a window was 512 and is 256 now");
    assertThat(reading.groups()).hasSize(12);
  }

  @Test
  void neverPagesOnABaselineThatIsTooShort() {
    Traffic traffic = new Traffic(6, 12, 8, 0);
    Baseline baseline = Baseline.of(traffic.windows(30), SETTINGS);
    DriftTracker tracker = DriftTracker.start(SETTINGS, baseline);

    DriftReading reading = last(tracker, traffic.shift(group -> 9).windows(60));

    assertThat(reading.status()).isEqualTo(DriftStatus.UNCALIBRATED);
    assertThat(reading.reason()).isEqualTo("the baseline has 30 windows, needs 100");
    assertThat(reading.evidence()).isZero();
    assertThat(reading.groups().get(0).scaleEffect()).isCloseTo(1.8, within(1.0));
  }

  @Test
  void saysWhenTheTrafficWandersForLongerThanTheBaselineLasts() {
    DriftTracker tracker = DriftTracker.start(SETTINGS, null);

    DriftReading reading = last(tracker, new Traffic(2, 12, 8, 0.99).windows(110));

    assertThat(reading.status()).isEqualTo(DriftStatus.UNCALIBRATED);
    assertThat(reading.reason())
        .contains("wanders for longer than the 100 windows")
        .contains("tried again at 200 windows, 110 now");
  }

  @Test
  void leavesTheEvidenceAloneWhenAWindowCannotBeCompared() {
    Traffic traffic = new Traffic(7, 12, 8, 0);
    DriftTracker tracker = quiet(traffic);
    double before = last(tracker, traffic.windows(1)).evidence();
    ImportanceSnapshot broken =
        traffic.window().withGroups(List.of(Traffic.group(0, Double.NaN, List.of(1f))));

    DriftReading reading = Readings.of(tracker.accept(broken));

    assertThat(reading.status()).isEqualTo(DriftStatus.UNCALIBRATED);
    assertThat(reading.reason()).contains("layer0.weight").contains("NaN");
    assertThat(reading.evidence()).isEqualTo(before);
  }

  @Test
  void startsAnewWithAnotherBaseline() {
    Traffic traffic = new Traffic(8, 12, 8, 0);
    DriftTracker before = DriftTracker.start(SETTINGS, Baseline.of(traffic.windows(100), SETTINGS));
    List<WindowScores> pool = new ArrayList<>();
    traffic.windows(3).forEach(w -> pool.add(requireNonNull(before.accept(w).pooled())));
    DriftState state = before.accept(traffic.window()).state();
    Baseline approved = Baseline.of(traffic.windows(100), SETTINGS);

    DriftTracker after = DriftTracker.resume(SETTINGS, approved, state, pool, List.of());
    DriftStep step = after.accept(traffic.window());

    assertThat(step.leftPool()).containsExactlyElementsOf(starts(pool));
    assertThat(step.state().watch().baseline()).isEqualTo(approved.id());
    assertThat(after.accept(traffic.window()).leftPool()).isEmpty();
  }

  @Test
  void collectsAnewWhenTheSampleChangesWhileCalibrating() {
    Traffic traffic = new Traffic(9, 12, 8, 0);
    DriftTracker tracker = DriftTracker.start(SETTINGS, null);
    last(tracker, traffic.windows(10));

    DriftStep step = tracker.accept(Traffic.ofSamples(traffic.window(), 256));

    assertThat(step.uncollected()).hasSize(10);
    assertThat(Readings.of(step).reason())
        .isEqualTo(
            "the windows are not alike: samples a window was 512 and is 256 now; begun anew, 1 of 100"
                + " windows");
  }

  private static DriftTracker quiet(Traffic traffic) {
    DriftTracker tracker = DriftTracker.start(SETTINGS, null);
    assertThat(last(tracker, traffic.windows(100 + QUIET)).status())
        .isIn(DriftStatus.STABLE, DriftStatus.WARNING);
    return tracker;
  }

  private static DriftReading last(DriftTracker tracker, List<ImportanceSnapshot> windows) {
    return windows.stream()
        .map(tracker::accept)
        .map(Readings::of)
        .reduce((a, b) -> b)
        .orElseThrow();
  }

  private static DriftStep until(
      DriftTracker tracker, Traffic traffic, DriftStatus status, int patience) {
    for (int window = 0; window < patience; window++) {
      DriftStep step = tracker.accept(traffic.window());
      if (Readings.of(step).status() == status) {
        return step;
      }
    }
    throw new AssertionError("not %s within %d windows".formatted(status, patience));
  }

  private static void keep(Set<Long> pool, DriftStep step) {
    WindowScores pooled = step.pooled();
    if (pooled != null) {
      pool.add(pooled.start());
    }
    step.leftPool().forEach(pool::remove);
  }

  private static List<Long> starts(List<WindowScores> pool) {
    return pool.stream().map(WindowScores::start).toList();
  }

  private static List<String> moved(DriftReading reading) {
    return reading.groups().stream().filter(GroupDrift::moved).map(GroupDrift::name).toList();
  }
}
