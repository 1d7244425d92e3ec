package io.gradwatch.drift;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.LinearModel;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.importance.TrafficSummary;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.serde.JsonSerde;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is shown beside the alarm, of a model that ignores four of its eight features. */
class ComparisonTest {
  private static final int ROWS = 256;
  private static final int BASELINE = 60;
  private static final int QUIET = 20;
  private static final int FEATURES = 8;
  private static final DriftSettings SETTINGS =
      new DriftSettings(
          ImportanceMethod.TAYLOR,
          FalseAlarmBudget.parse("10% in 200 windows"),
          FalseAlarmBudget.parse("1 per 1d"),
          1,
          Duration.ofSeconds(1),
          Duration.ZERO,
          BASELINE,
          0.1,
          Seasonality.NONE);
  private static final ImportanceSettings IMPORTANCE =
      new ImportanceSettings(
          Task.BINARY, OutputKind.LOGITS, Set.of(ImportanceMethod.TAYLOR), 16, false, List.of());

  private final LinearModel model = new LinearModel(new double[][] {{1, 1, 1, 1, 0, 0, 0, 0}}, 0);
  private final SplittableRandom random = new SplittableRandom(7);
  private @Nullable TrafficSummary bins;
  private int next;

  @Test
  void irrelevantFeaturesThatShiftMoveTheInputsAndNotTheReliance() {
    DriftTracker tracker = quiet();

    List<DriftReading> readings =
        readings(tracker, windows(20, ComparisonTest::irrelevantOnesShift));

    assertThat(readings)
        .allSatisfy(
            reading -> {
              FeatureDrift inputs = requireNonNull(comparison(reading).inputs());
              assertThat(inputs.moved()).isBetween(4, 5);
              assertThat(inputs.notable()).isTrue();
              assertThat(inputs.farthest()).matches("x\\[[4-7]]");
              assertThat(reading.status()).isEqualTo(DriftStatus.STABLE);
            });
    assertThat(readings).filteredOn(reading -> comparison(reading).beyond() > 0).hasSizeLessThan(3);
    assertThat(readings).filteredOn(reading -> outputs(reading).moved() > 0).hasSizeLessThan(2);
  }

  @Test
  void relevantFeaturesThatBecomeCorrelatedMoveTheRelianceAndNotTheInputs() {
    DriftTracker tracker = quiet();

    List<DriftReading> readings =
        readings(tracker, windows(20, ComparisonTest::relevantOnesCorrelate));

    assertThat(readings.get(19).status()).isEqualTo(DriftStatus.DRIFT);
    assertThat(comparison(readings.get(0)).beyond()).as("before the evidence").isPositive();
    assertThat(readings)
        .filteredOn(reading -> requireNonNull(comparison(reading).inputs()).moved() > 0)
        .hasSizeLessThan(2);
    assertThat(readings).filteredOn(reading -> outputs(reading).moved() > 0).hasSizeGreaterThan(10);
  }

  @Test
  void measuresOfTheSharesAreNearTheirRestWhileNothingMoves() {
    DriftReading reading = last(quiet(), windows(1, ComparisonTest::asEver));

    ShareMeasures shares = requireNonNull(comparison(reading).importance());
    assertThat(shares.cosine()).isGreaterThan(0.99);
    assertThat(shares.jensenShannon()).isLessThan(0.1);
    assertThat(shares.psi()).isLessThan(0.1);
    assertThat(shares.logTotal()).isBetween(-0.3, 0.3);
  }

  @Test
  void nothingIsComparedBeforeThereIsABaseline() {
    DriftTracker tracker = DriftTracker.start(SETTINGS, null);

    assertThat(readings(tracker, windows(BASELINE, ComparisonTest::asEver)))
        .allSatisfy(reading -> assertThat(reading.comparison()).isNull());
  }

  @Test
  void theReferenceIsTheSameWhereverItsWindowsComeFrom() {
    List<ImportanceSnapshot> windows = windows(BASELINE, ComparisonTest::asEver);
    DriftTracker before = DriftTracker.start(SETTINGS, null);
    DriftState half = DriftState.START;
    List<WindowContributions> collected = new ArrayList<>();
    for (ImportanceSnapshot window : windows.subList(0, BASELINE / 2)) {
      DriftStep step = before.accept(window);
      collected.add(requireNonNull(step.collected()));
      half = json(DriftState.class, step.state());
    }
    DriftTracker resumed = DriftTracker.resume(SETTINGS, null, half, List.of(), collected);
    Baseline live = null;
    for (ImportanceSnapshot window : windows.subList(BASELINE / 2, BASELINE)) {
      live = resumed.accept(window).completed();
    }

    TrafficSummary reference = requireNonNull(requireNonNull(live).traffic());

    assertThat(reference.inputs().get(0).total()).isEqualTo(BASELINE * ROWS);
    assertThat(Baseline.of(windows, SETTINGS).traffic()).isEqualTo(reference);
    assertThat(json(Baseline.class, live).traffic()).isEqualTo(reference);
  }

  @Test
  void aBaselineWithoutCountsComparesTheImportanceOnly() {
    List<ImportanceSnapshot> old =
        windows(BASELINE, ComparisonTest::asEver).stream()
            .map(window -> window.withTraffic(null))
            .toList();
    Baseline baseline = json(Baseline.class, Baseline.of(old, SETTINGS));

    DriftReading reading =
        last(
            DriftTracker.start(SETTINGS, baseline),
            windows(1, ComparisonTest::irrelevantOnesShift));

    assertThat(reading.status()).isEqualTo(DriftStatus.STABLE);
    assertThat(comparison(reading).inputs()).isNull();
    assertThat(comparison(reading).outputs()).isNull();
    assertThat(comparison(reading).importance()).isNotNull();
  }

  @Test
  void windowsInOtherBinsCompareTheImportanceOnly() {
    Baseline baseline = Baseline.of(windows(BASELINE, ComparisonTest::asEver), SETTINGS);
    bins = null;

    DriftReading reading =
        last(DriftTracker.start(SETTINGS, baseline), windows(1, ComparisonTest::asEver));

    assertThat(comparison(reading).inputs()).isNull();
    assertThat(comparison(reading).importance()).isNotNull();
  }

  @Test
  void nothingIsComparedWithABaselineThatDoesNotFit() {
    Baseline baseline = Baseline.of(windows(BASELINE, ComparisonTest::asEver), SETTINGS);
    ImportanceSnapshot half = window(ROWS / 2, ComparisonTest::asEver);

    DriftReading reading = last(DriftTracker.start(SETTINGS, baseline), List.of(half));

    assertThat(reading.status()).isEqualTo(DriftStatus.UNCALIBRATED);
    assertThat(reading.comparison()).isNull();
  }

  @Test
  void aReadingIsReadAsItWasWritten() {
    DriftReading reading = last(quiet(), windows(1, ComparisonTest::irrelevantOnesShift));

    assertThat(json(DriftReading.class, reading)).isEqualTo(reading);
  }

  @SuppressWarnings("UnusedVariable") // one change among others: none
  private static void asEver(float[] x) {}

  private static void irrelevantOnesShift(float[] x) {
    for (int i = 4; i < FEATURES; i++) {
      x[i] += 1;
    }
  }

  private static void relevantOnesCorrelate(float[] x) {
    x[1] = x[0];
    x[2] = x[0];
  }

  private DriftTracker quiet() {
    DriftTracker tracker = DriftTracker.start(SETTINGS, null);
    readings(tracker, windows(BASELINE + QUIET, ComparisonTest::asEver));
    return tracker;
  }

  private List<ImportanceSnapshot> windows(int count, Consumer<float[]> change) {
    List<ImportanceSnapshot> windows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      windows.add(window(ROWS, change));
    }
    return windows;
  }

  private ImportanceSnapshot window(int size, Consumer<float[]> change) {
    List<InferenceSample> rows = new ArrayList<>();
    for (int n = 0; n < size; n++) {
      float[] x = new float[FEATURES];
      for (int i = 0; i < FEATURES; i++) {
        x[i] = (float) random.nextGaussian();
      }
      change.accept(x);
      rows.add(Samples.row(null, x));
    }
    ImportanceSnapshot snapshot =
        OnePass.withTraffic(
            model, IMPORTANCE, Samples.batch("m", 1_000L * next++, rows), () -> 0, bins);
    bins = snapshot.traffic();
    return snapshot;
  }

  private static List<DriftReading> readings(
      DriftTracker tracker, List<ImportanceSnapshot> windows) {
    return windows.stream().map(window -> Readings.of(tracker.accept(window))).toList();
  }

  private static DriftReading last(DriftTracker tracker, List<ImportanceSnapshot> windows) {
    List<DriftReading> all = readings(tracker, windows);
    return all.get(all.size() - 1);
  }

  private static Comparison comparison(DriftReading reading) {
    return requireNonNull(reading.comparison());
  }

  private static FeatureDrift outputs(DriftReading reading) {
    return requireNonNull(comparison(reading).outputs());
  }

  private static <T> T json(Class<T> type, T value) {
    try (JsonSerde<T> serde = new JsonSerde<>(type)) {
      return requireNonNull(
          serde.deserializer().deserialize("", serde.serializer().serialize("", value)));
    }
  }
}
