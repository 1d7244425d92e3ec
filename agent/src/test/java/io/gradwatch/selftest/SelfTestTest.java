package io.gradwatch.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.FalseAlarmBudget;
import io.gradwatch.drift.Seasonality;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.LinearModel;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.selftest.Plan.Wish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whole self-tests of a linear model of four features and three classes. */
class SelfTestTest {
  private static final int BASELINE = 50;
  private static final int RUN = 3 * BASELINE;
  private static final int SIZE = 64;
  private static final long MINUTE = 60_000;
  private static final WindowMaker MODEL =
      new WindowMaker(
          new LinearModel(
              new double[][] {{1, -0.5, 0.2, 0}, {0, 1, -0.5, 0.2}, {0.2, 0, 1, -0.5}},
              0.1,
              -0.2,
              0.3),
          "linear",
          new ImportanceSettings(
              Task.CLASSIFICATION,
              OutputKind.LOGITS,
              Set.of(ImportanceMethod.TAYLOR),
              4,
              false,
              List.of()),
          SIZE,
          MINUTE);
  private static final Injection TRIPLED =
      Injection.of("tripled", "times 3", (sample, random) -> tripled(sample));

  @Test
  void quietTrafficSpeaksForTheBudgetAndAShiftIsFoundSoon() {
    SelfTestReport report = test(settings(BASELINE), quiet(4), List.of(Injection.none(), TRIPLED));

    assertThat(report.falseAlarms()).isEqualTo(new Proportion(0, 4));
    assertThat(report.check()).isEqualTo(new BudgetCheck(0.1, 0, 4));
    Detection none = report.detections().get(0);
    Detection tripled = report.detections().get(1);
    assertThat(none.rate()).isEqualTo(new Proportion(0, 4));
    assertThat(none.medianDelay()).isNull();
    assertThat(effect(none).belowMinEffect()).isTrue();
    assertThat(tripled.rate()).isEqualTo(new Proportion(4, 4));
    assertThat(tripled.delays()).allMatch(delay -> delay >= 1 && delay <= 20);
    assertThat(Math.abs(effect(tripled).change())).isGreaterThan(0.1);
    assertThat(effect(tripled).belowMinEffect()).isFalse();
  }

  @Test
  void whatChangesNothingDoesNotCountAsAShift() {
    SelfTestReport report = test(settings(BASELINE), quiet(2), List.of(Injection.none(), TRIPLED));

    assertThat(report.detected()).isEqualTo(new Proportion(2, 2));
    assertThat(report.medianDelay()).isEqualTo(report.detections().get(1).medianDelay());
  }

  @Test
  void trafficThatDriftsInEveryRunSpeaksAgainstTheBudget() {
    SelfTestReport report = test(settings(BASELINE), drifting(3, BASELINE + 60), List.of(TRIPLED));

    assertThat(report.falseAlarms()).isEqualTo(new Proportion(3, 3));
    assertThat(Objects.requireNonNull(report.check()).contradicted()).isTrue();
    assertThat(report.alarms())
        .allSatisfy(
            run -> {
              int alarm = Objects.requireNonNull(run.alarm());
              assertThat(alarm).isBetween(61, 80);
              assertThat(run.alarmStart())
                  .isEqualTo(((run.run() - 1) * RUN + BASELINE + alarm - 1) * MINUTE);
            });
  }

  @Test
  void aRunThatPagedBeforeTheShiftHasFoundNothing() {
    SelfTestReport report = test(settings(BASELINE), drifting(2, BASELINE + 5), List.of(TRIPLED));

    assertThat(report.alarms()).hasSize(2);
    assertThat(report.detections().get(0).runs()).isZero();
    assertThat(report.detected()).isNull();
    assertThat(report.medianDelay()).isNull();
  }

  @Test
  void aRunThatPromisesNothingIsNoEvidenceOfQuiet() {
    // A baseline of 20 windows is too short for so few alarms.
    SelfTestReport report =
        test(
            settings(20, "1 per 90d"),
            new Recording.Computed(MODEL, rows(180, 1)),
            List.of(TRIPLED));

    assertThat(report.quiet()).hasSize(3);
    assertThat(report.uncalibrated())
        .hasSize(3)
        .allMatch(
            run -> String.valueOf(run.uncalibrated()).startsWith("the baseline has 20 windows"));
    assertThat(report.falseAlarms()).isNull();
    assertThat(report.check()).isNull();
    assertThat(report.detections().get(0).runs()).isZero();
  }

  @Test
  void playsEveryWindowInOneRunOnly() {
    List<Integer> asked = new ArrayList<>();
    Recording recording = quiet(2);
    Recording noting =
        new Recording() {
          @Override
          public int windows() {
            return recording.windows();
          }

          @Override
          public ImportanceSnapshot window(int index) {
            asked.add(index);
            return recording.window(index);
          }

          @Override
          public List<InferenceSample> injectable(int run, int from, int to) {
            return recording.injectable(run, from, to);
          }
        };

    test(settings(BASELINE), noting, List.of(TRIPLED));

    assertThat(asked).hasSize(2 * RUN).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void putsShiftsIntoOtherSamplesWherePastWindowsHaveNone() {
    Recording computed = quiet(3);
    List<ImportanceSnapshot> past = new ArrayList<>();
    for (int window = 0; window < computed.windows(); window++) {
      past.add(computed.window(window));
    }
    List<InferenceSample> samples = rows(50, 99);

    SelfTestReport report =
        test(
            settings(BASELINE),
            new Recording.Past(past, samples, 25 * SIZE),
            List.of(Injection.none(), TRIPLED));

    assertThat(report.falseAlarms()).isEqualTo(new Proportion(0, 3));
    assertThat(report.detections().get(0).rate()).isEqualTo(new Proportion(0, 2));
    assertThat(report.detections().get(1).rate()).isEqualTo(new Proportion(2, 2));
  }

  @Test
  void sameRecordingSameReport() {
    assertThat(test(settings(BASELINE), quiet(1), List.of(TRIPLED)))
        .isEqualTo(test(settings(BASELINE), quiet(1), List.of(TRIPLED)));
  }

  private static SelfTestReport test(
      DriftSettings settings, Recording recording, List<Injection> injections) {
    Plan plan = Plan.of(settings, recording.windows(), new Wish(null, null, 25));
    return new SelfTest(settings, plan, recording, MODEL, injections, (run, done, most) -> {})
        .run();
  }

  private static Recording quiet(int runs) {
    return new Recording.Computed(MODEL, rows(runs * RUN, 7));
  }

  /** The same samples, tripled from one window of each run on. */
  private static Recording drifting(int runs, int from) {
    List<InferenceSample> rows = new ArrayList<>(rows(runs * RUN, 7));
    for (int row = 0; row < rows.size(); row++) {
      if (row / SIZE % RUN >= from) {
        rows.set(row, tripled(rows.get(row)));
      }
    }
    return new Recording.Computed(MODEL, rows);
  }

  private static List<InferenceSample> rows(int windows, long seed) {
    return Samples.normal(windows * SIZE, 4, seed);
  }

  private static InferenceSample tripled(InferenceSample sample) {
    double[] values = sample.inputs().get(0).values();
    float[] tripled = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      tripled[i] = (float) (3 * values[i]);
    }
    return Samples.row(null, tripled);
  }

  private static Detection.Effect effect(Detection detection) {
    return Objects.requireNonNull(detection.effect());
  }

  private static DriftSettings settings(int baselineWindows) {
    return settings(baselineWindows, "10%% in %d windows".formatted(2 * baselineWindows));
  }

  private static DriftSettings settings(int baselineWindows, String budget) {
    return new DriftSettings(
        ImportanceMethod.TAYLOR,
        FalseAlarmBudget.parse(budget),
        FalseAlarmBudget.parse("50% in 10 windows"),
        1,
        Duration.ofMillis(MINUTE),
        Duration.ZERO,
        baselineWindows,
        0.1,
        Seasonality.NONE);
  }
}
