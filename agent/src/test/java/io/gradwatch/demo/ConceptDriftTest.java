package io.gradwatch.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.drift.ConceptTracker;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.DriftStep;
import io.gradwatch.drift.DriftTracker;
import io.gradwatch.drift.FalseAlarmBudget;
import io.gradwatch.drift.Seasonality;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.Digits;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two kinds of drift on the demonstration's model and digits, gradients and all. */
@SuppressWarnings("NullAway.Init") // set before all tests
class ConceptDriftTest {
  private static final int WINDOW = 256;
  private static final int BASELINE = 100;
  private static final int QUIET = 20;
  private static final int PATIENCE = 20;
  private static final Duration LENGTH = Duration.ofMinutes(5);
  private static final DriftSettings SETTINGS =
      new DriftSettings(
          ImportanceMethod.TAYLOR,
          FalseAlarmBudget.parse("10% in 200 windows"),
          FalseAlarmBudget.parse("1 per 1d"),
          1,
          LENGTH,
          Duration.ZERO,
          BASELINE,
          0.1,
          Seasonality.NONE);

  private static DifferentiableModel model;
  private static List<Digit> digits;
  private static List<ImportanceSnapshot> normal;

  @BeforeAll
  static void load() throws IOException {
    model = TorchScript.load(Digits.MODEL, new DeviceSettings("cpu", 1), OutputPick.FIRST);
    digits = DigitFile.heldOut(Path.of("src/main/dist/demo/digits.csv.gz"));
    normal = windows(0, BASELINE + QUIET, WINDOW, UnaryOperator.identity());
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /**
   * What the two trackers said of a stream.
   *
   * @param traffic windows from the change to the page; 0 for none
   */
  private record Delays(int traffic, int concept) {}

  @Test
  void otherTrueAnswersAreConceptDriftAndNoTrafficDrift() {
    Delays delays = delays(normal, windows(500, PATIENCE, WINDOW, ConceptDriftTest::renamed));

    assertThat(delays.concept()).as("%s", delays).isBetween(1, 8);
    assertThat(delays.traffic()).as("%s", delays).isZero();
  }

  @Test
  void otherTrafficThatTheModelIsRightAboutIsTrafficDriftAndNoConceptDrift() {
    List<Digit> few = digits.stream().filter(digit -> digit.label() < 5).toList();

    Delays delays = delays(normal, windows(few, 500, PATIENCE, WINDOW, WINDOW));

    assertThat(delays.traffic()).as("%s", delays).isBetween(1, PATIENCE);
    assertThat(delays.concept()).as("%s", delays).isZero();
  }

  @Test
  void saysNothingOfConceptsWithoutLabels() {
    ConceptTracker tracker = ConceptTracker.start(SETTINGS, WINDOW);

    assertThat(windows(digits, 500, 2, WINDOW, 0))
        .map(tracker::accept)
        .containsOnly(Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000, 10_000})
  @EnabledIfSystemProperty(named = "gradwatch.long", matches = "true")
  void tellsTheTwoApartOnManyStreams(int at) {
    List<Digit> few = digits.stream().filter(digit -> digit.label() < 5).toList();
    List<ImportanceSnapshot> before = windows(digits, at, BASELINE + QUIET, WINDOW, WINDOW);

    assertThat(delays(before, windows(digits, at + 500, 100, WINDOW, WINDOW)))
        .isEqualTo(new Delays(0, 0));
    assertThat(after(before, at, map(digits, ConceptDriftTest::renamed)).concept()).isBetween(1, 8);
    assertThat(after(before, at, map(digits, ConceptDriftTest::swapped)).concept()).isBetween(1, 8);
    assertThat(after(before, at, few).concept()).matches(delay -> delay == 0 || delay > 8);
    assertThat(after(before, at, map(digits, Shift.FADED::apply)).concept())
        .matches(delay -> delay == 0 || delay > 8);
    assertThat(after(before, at, map(digits, Shift.ROTATED::apply)).concept())
        .as("the model is sure of wrong answers")
        .isBetween(1, 8);
  }

  private static Delays after(List<ImportanceSnapshot> before, int at, List<Digit> pool) {
    return delays(before, windows(pool, at + 500, PATIENCE, WINDOW, WINDOW));
  }

  private static Delays delays(List<ImportanceSnapshot> before, List<ImportanceSnapshot> after) {
    DriftTracker traffic = DriftTracker.start(SETTINGS, null);
    int rows = before.get(0).labelledRows() == null ? 1 : before.get(0).labelledRows().samples();
    ConceptTracker concept = ConceptTracker.start(SETTINGS, rows);
    for (ImportanceSnapshot window : before) {
      traffic.accept(window);
      concept.accept(window);
    }
    int[] delays = new int[2];
    for (int window = 0; window < after.size(); window++) {
      note(delays, 0, window, traffic.accept(after.get(window)));
      note(delays, 1, window, concept.accept(after.get(window)).orElseThrow());
    }
    return new Delays(delays[0], delays[1]);
  }

  private static void note(int[] delays, int tracker, int window, DriftStep step) {
    DriftReading reading = step.reading();
    if (delays[tracker] == 0 && reading != null && reading.status() == DriftStatus.DRIFT) {
      delays[tracker] = window + 1;
    }
  }

  private static List<ImportanceSnapshot> windows(
      int from, int count, int labelled, UnaryOperator<Digit> change) {
    return windows(map(digits, change), from, count, WINDOW, labelled);
  }

  private static List<Digit> map(List<Digit> digits, UnaryOperator<Digit> change) {
    return digits.stream().map(change).toList();
  }

  private static List<ImportanceSnapshot> windows(
      List<Digit> pool, int from, int count, int rows, int labelled) {
    ImportanceSettings settings =
        new ImportanceSettings(
                Task.CLASSIFICATION,
                OutputKind.LOGITS,
                Set.of(ImportanceMethod.TAYLOR),
                16,
                true,
                List.of())
            .withLabelSamples(Math.max(1, labelled));
    List<ImportanceSnapshot> windows = new ArrayList<>();
    for (int window = from; window < from + count; window++) {
      SplittableRandom random = new SplittableRandom(window);
      List<InferenceSample> samples = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        Digit digit = pool.get(random.nextInt(pool.size()));
        samples.add(sample(digit, row < labelled ? List.of((double) digit.label()) : null));
      }
      long start = window * LENGTH.toMillis();
      SampleBatch batch =
          new SampleBatch("digits", start, start + LENGTH.toMillis(), samples, rows, "");
      windows.add(OnePass.importance(model, settings, batch, () -> 0));
    }
    return windows;
  }

  private static InferenceSample sample(Digit digit, @Nullable List<Double> label) {
    float[] pixels = new float[digit.pixels().size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = digit.pixels().get(i).floatValue();
    }
    return Samples.of(label, Samples.floats(List.of(1L, 8L, 8L), pixels));
  }

  /** From now on every digit is called by the name of the next one. */
  private static Digit renamed(Digit digit) {
    return new Digit((digit.label() + 1) % 10, digit.pixels());
  }

  /** Two of ten classes change their names. */
  private static Digit swapped(Digit digit) {
    int label = digit.label() == 3 ? 8 : digit.label() == 8 ? 3 : digit.label();
    return new Digit(label, digit.pixels());
  }
}
