package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.sample.InferenceSample;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParitySumTest {
  private static final ImportanceSettings LOGITS =
      settings(Task.CLASSIFICATION, OutputKind.LOGITS, OutputKind.LOGITS);
  private static final InferenceSample SAMPLE = Samples.row(null, 1);

  @Test
  void isTheRootOfSquaredDifferencesOverTheMeanOfBothSquares() {
    Parity parity = parity(LOGITS, new float[] {3, 4, 0, 2}, served(3, 5), served(0, 1));

    // Differences 1 and 1; squares 29 of the model's and 35 of the served outputs.
    assertThat(parity.error()).isCloseTo(Math.sqrt(2 / 32.0), within(1e-12));
    assertThat(parity.samples()).isEqualTo(2);
    assertThat(parity.unlike()).isZero();
    assertThat(parity.reason()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 0", "-1, -2, 2", "2, -1, 1.4142135623730951", "0, 0, 1.4142135623730951"})
  void goesFromEqualOverUnrelatedToOpposite(double first, double second, double error) {
    assertThat(parity(LOGITS, new float[] {1, 2}, served(first, second)).error())
        .isCloseTo(error, within(1e-12));
  }

  @Test
  void isZeroWhereBothAreAllZero() {
    assertThat(parity(LOGITS, new float[] {0, 0}, served(0, 0)).error()).isZero();
  }

  @Test
  void isAbsentWhereNothingWasServed() {
    ParitySum sum = new ParitySum(LOGITS, "0");
    sum.add(List.of(SAMPLE), new float[] {1, 2}, 2);

    assertThat(sum.parity()).isNull();
  }

  @Test
  void comparesTheSamplesThatCarryAnAnswerOnly() {
    Parity parity = parity(LOGITS, new float[] {9, 9, 1, 2, 9, 9}, SAMPLE, served(1, 2), SAMPLE);

    assertThat(parity).isEqualTo(new Parity(0.0, 1, 0, null));
  }

  @Test
  void countsAnswersOfAnotherLengthAndSaysSo() {
    Parity parity = parity(LOGITS, new float[] {1, 2, 1, 2}, served(1, 2, 3), served(1));

    assertThat(parity.error()).isNull();
    assertThat(parity.samples()).isZero();
    assertThat(parity.unlike()).isEqualTo(2);
    assertThat(parity.reason())
        .isEqualTo("served output 'y' has 3 values a sample, the model gives 2");
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "-Infinity"})
  void leavesOutAnswersThatAreNotFinite(double value) {
    Parity parity = parity(LOGITS, new float[] {1, 2, 1, 2}, served(1, value), served(1, 2));

    assertThat(parity).isEqualTo(new Parity(0.0, 1, 1, "served output 'y' holds " + value));
  }

  @Test
  void leavesOutAnswersThatCouldNotBeRead() {
    assertThat(parity(LOGITS, new float[] {1, 2}, served()).reason())
        .isEqualTo("served output 'y' holds no numbers, one row a sample");
  }

  @ParameterizedTest
  @CsvSource({
    "scores, scores",
    "1, scores",
    "1, OUTPUT__1",
    "0, OUTPUT__0",
    "0, 0",
  })
  void takesTheServedOutputByItsNameOrElseByItsPlace(String watched, String name) {
    InferenceSample other = Samples.served(SAMPLE, "embedding", 7, 7, 7);
    InferenceSample answered = Samples.served(other, name, 1, 2);

    assertThat(parity(watched, LOGITS, new float[] {1, 2}, answered))
        .isEqualTo(new Parity(0.0, 1, 0, null));
  }

  @Test
  void takesTheOnlyServedOutputWhateverItsName() {
    assertThat(parity("scores", LOGITS, new float[] {1, 2}, served(1, 2)).samples()).isEqualTo(1);
    assertThat(parity("3", LOGITS, new float[] {1, 2}, served(1, 2)).samples()).isEqualTo(1);
  }

  @Test
  void doesNotGuessAmongSeveralServedOutputs() {
    InferenceSample two = Samples.served(served(1, 2), "z", 1, 2);

    assertThat(parity("scores", LOGITS, new float[] {1, 2}, two))
        .isEqualTo(new Parity(null, 0, 1, "none of the served outputs [y, z] is output scores"));
  }

  /** The values that p = (1/4, 3/4) and its logarithms have as logits, and so on. */
  @ParameterizedTest
  @CsvSource({
    "classification, logits,            probabilities,     5, 6.09861228866811,     0.25, 0.75",
    "classification, logits,            log-probabilities, 5, 6.09861228866811,"
        + " -1.38629436111989, -0.287682072451781",
    "classification, logits,            log-probabilities, 500, -500, 0, -1000",
    "classification, log-probabilities, probabilities,"
        + " -1.38629436111989, -0.287682072451781,     0.25, 0.75",
    "multilabel,     logits,            probabilities,"
        + " -1.09861228866811, 1.09861228866811,       0.25, 0.75",
    "multilabel,     logits,            log-probabilities,"
        + " -1.09861228866811, 1.09861228866811, -1.38629436111989, -0.287682072451781",
    "multilabel,     logits,            log-probabilities, -1000, 1000, -1000, 0",
    "multilabel,     log-probabilities, probabilities,"
        + " -1.38629436111989, -0.287682072451781, 0.25, 0.75",
    "multilabel,     probabilities,     probabilities,     0.25, 0.75, 0.25, 0.75",
  })
  void convertsTheModelsOutputsToWhatIsServed(
      String task, String outputs, String served, float f0, float f1, double s0, double s1) {
    ImportanceSettings settings = settings(task(task), kind(outputs), kind(served));

    Parity parity = parity(settings, new float[] {f0, f1}, served(s0, s1));

    assertThat(parity.error()).isLessThan(2e-7);
  }

  @ParameterizedTest
  @CsvSource({
    "classification, probabilities, logits",
    "binary, probabilities, logits",
    "binary, log-probabilities, logits",
    "classification, probabilities, log-probabilities",
  })
  void refusesToComputeBackwards(String task, String outputs, String served) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(task(task), kind(outputs), kind(served)))
        .withMessage(
            "served-outputs is %s, which cannot be computed from outputs of %s; watch a model file that gives %s, or leave it out"
                .formatted(served, outputs, served));
  }

  @Test
  void refusesProbabilitiesOfARegression() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(Task.REGRESSION, OutputKind.LOGITS, OutputKind.PROBABILITIES))
        .withMessage(
            "served-outputs is probabilities, but regression outputs are plain values; leave it out");
  }

  private static Task task(String label) {
    return Task.valueOf(label.toUpperCase(Locale.ROOT));
  }

  private static OutputKind kind(String label) {
    return OutputKind.valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static InferenceSample served(double... values) {
    return Samples.served(SAMPLE, "y", values);
  }

  private static Parity parity(
      ImportanceSettings settings, float[] outputs, InferenceSample... batch) {
    return parity("0", settings, outputs, batch);
  }

  private static Parity parity(
      String output, ImportanceSettings settings, float[] outputs, InferenceSample... batch) {
    ParitySum sum = new ParitySum(settings, output);
    sum.add(List.of(batch), outputs, outputs.length / batch.length);
    return Objects.requireNonNull(sum.parity());
  }

  private static ImportanceSettings settings(Task task, OutputKind outputs, OutputKind served) {
    return new ImportanceSettings(
        task,
        outputs,
        served,
        Set.of(ImportanceMethod.FISHER),
        List.of(),
        Grouping.TENSOR,
        1,
        false,
        List.of());
  }
}
