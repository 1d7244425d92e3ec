package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.sample.DataType;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class OwnPassesTest {
  /** Of FP32 outputs. */
  private static final double EXACT = 1e-5;

  private static final double[] W = {0.5, -1, 2};
  private static final double B = 0.3;
  private static final LinearModel ONE = new LinearModel(new double[][] {W}, B);
  private static final LinearModel TWO =
      new LinearModel(new double[][] {{0.5, -1, 0}, {1, 0.25, -0.5}}, 0.1, -0.2);
  private static final List<InferenceSample> ROWS = Samples.normal(64, 3, 3);

  @Test
  void attributionOfALinearModelIsTheProductOfInputAndWeight() {
    Value value = value(regression(1), ImportanceMethod.ATTRIBUTION, 0);
    List<Float> profile = Objects.requireNonNull(value.profile());
    for (int i = 0; i < 3; i++) {
      int feature = i;
      double expected = mean(x -> Math.abs(W[feature] * x[feature]));
      assertThat(profile.get(i)).isCloseTo((float) expected, within((float) EXACT));
    }
    assertThat(value.mean())
        .isCloseTo(
            mean(x -> Math.abs(0.5 * x[0]) + Math.abs(x[1]) + Math.abs(2 * x[2])), within(EXACT));
    assertThat(value.share()).isEqualTo(1);
    assertThat(group(regression(1), ImportanceMethod.ATTRIBUTION, 0).parameters()).isEqualTo(3);
  }

  @Test
  void attributionIsOfThePredictedClass() {
    double expected =
        mean(
            x -> {
              double[] f = TWO.output(x);
              return f[0] >= f[1]
                  ? Math.abs(0.5 * x[0]) + Math.abs(x[1])
                  : Math.abs(x[0]) + Math.abs(0.25 * x[1]) + Math.abs(0.5 * x[2]);
            });
    ImportanceSettings settings = settings(Task.CLASSIFICATION, Grouping.TENSOR, 8, false);
    assertThat(
            Objects.requireNonNull(
                    compute(TWO, settings, ImportanceMethod.ATTRIBUTION, ROWS)
                        .groups()
                        .get(0)
                        .methods()
                        .get("attribution"))
                .mean())
        .isCloseTo(expected, within(EXACT));
  }

  @Test
  void attributionTakesTheMostCommonShapeAndRefusesIntegers() {
    List<InferenceSample> mixed = new ArrayList<>(ROWS);
    mixed.add(0, Samples.row(null, 1, 2));
    ImportanceSnapshot snapshot = compute(ONE, regression(8), ImportanceMethod.ATTRIBUTION, mixed);
    assertThat(snapshot.samples()).isEqualTo(64);
    assertThat(snapshot.groups().get(0).parameters()).isEqualTo(3);

    Tensor numbers = Samples.longs(1, 2, 3);
    assertThat(numbers.type()).isEqualTo(DataType.INT64);
    assertThatThrownBy(
            () ->
                compute(
                    ONE,
                    regression(8),
                    ImportanceMethod.ATTRIBUTION,
                    List.of(Samples.of(null, numbers))))
        .isInstanceOf(ModelFailureException.class)
        .hasMessageContaining("attribution needs a floating-point input")
        .hasMessageContaining("INT64");
  }

  @Test
  void memoryAwareSynapsesHaveTheirClosedForm() {
    ImportanceSettings settings = regression(16);
    ToDoubleFunction<double[]> f = x -> ONE.output(x)[0];
    Value weight = value(settings, ImportanceMethod.MAS, 0);
    assertThat(weight.mean())
        .isCloseTo(
            mean(
                x ->
                    2
                        * Math.abs(f.applyAsDouble(x))
                        * (Math.abs(x[0]) + Math.abs(x[1]) + Math.abs(x[2]))),
            within(EXACT));
    assertThat(value(settings, ImportanceMethod.MAS, 1).mean())
        .isCloseTo(mean(x -> 2 * Math.abs(f.applyAsDouble(x))), within(EXACT));
    assertThat(compute(ONE, settings, ImportanceMethod.MAS, ROWS).tuning().microBatch())
        .isEqualTo(1);
  }

  @Test
  void rootMeanSquareSynapsesAreExactForSingleSamples() {
    double squares =
        mean(
            x -> {
              double f = ONE.output(x)[0];
              return 4 * f * f * (x[0] * x[0] + x[1] * x[1] + x[2] * x[2]);
            });
    assertThat(value(regression(1), ImportanceMethod.MAS_RMS, 0).mean())
        .isCloseTo(Math.sqrt(squares / 3), within(EXACT));
  }

  @Test
  void weightMagnitudeIsTheSumOfAbsoluteWeights() {
    Value weight = value(regression(1), ImportanceMethod.WEIGHT_MAGNITUDE, 0);
    assertThat(weight.mean()).isCloseTo(3.5, within(EXACT));
    assertThat(weight.stderr()).isZero();
    assertThat(weight.share()).isCloseTo(3.5 / 3.8, within(EXACT));
  }

  @Test
  void silencedUnitsOfALinearModelHaveTheirClosedForm() {
    assertThat(value(regression(16), ImportanceMethod.ACTIVATION, 0).mean())
        .isCloseTo(mean(x -> Math.pow(0.5 * x[0] - x[1] + 2 * x[2], 2) / 2), within(EXACT));
    assertThat(value(regression(16), ImportanceMethod.ACTIVATION, 1).mean())
        .isCloseTo(B * B / 2, within(EXACT));
  }

  @Test
  void aUnitOfAModuleLosesItsWeightsAndItsBias() {
    LinearModel model = TWO.named("fc");
    ImportanceSettings settings = settings(Task.REGRESSION, Grouping.MODULE, 8, false);
    Value value =
        Objects.requireNonNull(
            compute(model, settings, ImportanceMethod.ACTIVATION, ROWS)
                .groups()
                .get(0)
                .methods()
                .get("activation"));
    assertThat(Objects.requireNonNull(value.profile())).hasSize(2);
    for (int k = 0; k < 2; k++) {
      int unit = k;
      double expected = mean(x -> Math.pow(TWO.output(x)[unit], 2) / 2);
      assertThat(value.profile().get(k)).isCloseTo((float) expected, within((float) EXACT));
    }
  }

  @Test
  void labelledChangesAreThoseOfTheLossAndMayBeNegative() {
    List<InferenceSample> labelled =
        ROWS.stream()
            .map(row -> new InferenceSample(null, row.inputs(), List.of(0.0), null))
            .toList();
    ImportanceSettings settings = settings(Task.REGRESSION, Grouping.TENSOR, 8, true);
    Value bias =
        Objects.requireNonNull(
            compute(ONE, settings, ImportanceMethod.ACTIVATION, labelled)
                .groups()
                .get(1)
                .methods()
                .get("labelled-activation"));
    double expected =
        mean(
            x -> {
              double f = ONE.output(x)[0];
              return ((f - B) * (f - B) - f * f) / 2;
            });
    assertThat(bias.mean()).isCloseTo(expected, within(EXACT));
    assertThat(bias.share()).isBetween(0.0, 1.0);
    assertThatThrownBy(() -> compute(ONE, settings, ImportanceMethod.ACTIVATION, ROWS))
        .hasMessageContaining("none of 64 samples has a label that fits");
  }

  @Test
  void whatMakesTheModelOverflowCostsTheWorst() {
    LinearModel near = new LinearModel(new double[][] {{3e38, 3e38}}, 3e38);
    List<InferenceSample> rows = List.of(Samples.row(null, -1, -1));
    Value bias =
        Objects.requireNonNull(
            compute(near, regression(1), ImportanceMethod.ACTIVATION, rows)
                .groups()
                .get(1)
                .methods()
                .get("activation"));
    assertThat(bias.mean()).isEqualTo(OutputChange.WORST);
  }

  @ParameterizedTest
  @EnumSource(
      value = ImportanceMethod.class,
      mode = Mode.EXCLUDE,
      names = {"FISHER", "TAYLOR", "UNIT_TAYLOR", "GRADIENT"})
  void everyMethodRepeatsItselfAndLeavesTheModelAsItWas(ImportanceMethod method) {
    ImportanceSettings settings = settings(Task.CLASSIFICATION, Grouping.TENSOR, 8, false);
    float[] before = TWO.weights(0);
    ImportanceSnapshot snapshot = compute(TWO, settings, method, ROWS);
    assertThat(compute(TWO, settings, method, ROWS)).isEqualTo(snapshot);
    assertThat(TWO.weights(0)).isEqualTo(before);
    assertThat(snapshot.samples()).isEqualTo(64);
    assertThat(snapshot.groups())
        .allSatisfy(group -> assertThat(group.methods()).containsOnlyKeys(method.label()));
    assertThat(
            snapshot.groups().stream()
                .mapToDouble(g -> Objects.requireNonNull(g.methods().get(method.label())).share())
                .sum())
        .isCloseTo(1, within(EXACT));
  }

  @ParameterizedTest
  @EnumSource(
      value = ImportanceMethod.class,
      names = {"ATTRIBUTION", "MAS", "MAS_RMS", "SENSITIVITY", "PERMUTATION", "DROPOUT"})
  void aSpentBudgetPublishesWhatIsDone(ImportanceMethod method) {
    ImportanceSettings settings = settings(Task.CLASSIFICATION, Grouping.TENSOR, 4, false);
    ImportanceSnapshot cut = cut(settings, method, Duration.ofMillis(9));
    assertThat(cut.samples()).isBetween(1, 63);
    assertThat(cut.seconds()).isBetween(0.009, 0.015);
    assertThat(cut.groups())
        .allSatisfy(group -> assertThat(group.methods()).containsOnlyKeys(method.label()));
    assertThatThrownBy(() -> cut(settings, method, Duration.ofNanos(1)))
        .isInstanceOf(ModelFailureException.class)
        .hasMessageContaining("budget")
        .extracting(e -> ((ModelFailureException) e).reason())
        .isEqualTo(ModelFailureException.Reason.BUDGET);
  }

  @Test
  void aBudgetThatEndsWithinAMicroBatchLeavesGroupsOut() {
    ImportanceSettings settings = settings(Task.CLASSIFICATION, Grouping.UNIT, 8, false);
    ImportanceSnapshot cut = cut(settings, ImportanceMethod.DROPOUT, Duration.ofMillis(4));
    assertThat(cut.samples()).isEqualTo(2);
    assertThat(cut.groups().stream().filter(group -> group.methods().isEmpty()))
        .hasSizeBetween(1, 3);
  }

  /** With a clock that goes on by a millisecond at each look. */
  private static ImportanceSnapshot cut(
      ImportanceSettings settings, ImportanceMethod method, Duration budget) {
    long[] now = {0};
    LongSupplier clock = () -> now[0] += 1_000_000;
    return OwnPasses.importance(TWO, settings, method, Samples.batch("m", 5, ROWS), budget, clock);
  }

  private static ImportanceSettings regression(int microBatch) {
    return settings(Task.REGRESSION, Grouping.TENSOR, microBatch, false);
  }

  private static ImportanceSettings settings(
      Task task, Grouping grouping, int microBatch, boolean labelled) {
    return new ImportanceSettings(
        task,
        OutputKind.LOGITS,
        OutputKind.LOGITS,
        ImportanceMethod.onePassMethods(),
        List.of(),
        grouping,
        microBatch,
        labelled,
        List.of());
  }

  private static double mean(ToDoubleFunction<double[]> of) {
    return ROWS.stream().map(LinearModel::input).mapToDouble(of).average().orElseThrow();
  }

  private static ImportanceSnapshot compute(
      DifferentiableModel model,
      ImportanceSettings settings,
      ImportanceMethod method,
      List<InferenceSample> samples) {
    return OwnPasses.importance(
        model, settings, method, Samples.batch("m", 5, samples), Duration.ofDays(1), () -> 0);
  }

  private static GroupImportance group(
      ImportanceSettings settings, ImportanceMethod method, int index) {
    return compute(ONE, settings, method, ROWS).groups().get(index);
  }

  private static Value value(ImportanceSettings settings, ImportanceMethod method, int index) {
    return Objects.requireNonNull(group(settings, method, index).methods().get(method.label()));
  }
}
