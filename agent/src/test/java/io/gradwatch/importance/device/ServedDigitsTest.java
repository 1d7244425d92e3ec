package io.gradwatch.importance.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.Digits;
import io.gradwatch.importance.Grouping;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Parity;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Parity of the digits model with what a server would answer. */
class ServedDigitsTest {
  private static final List<InferenceSample> DIGITS = Digits.heldOut().subList(0, 128);
  private static TorchScript model;
  private static double[][] answers;

  @BeforeAll
  static void answer() {
    model = TorchScript.load(Digits.MODEL, new DeviceSettings("cpu", 1));
    answers = answers(DIGITS);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void agreesWithItself() {
    assertThat(parity(OutputKind.LOGITS, served(DIGITS, answers, f -> f))).isLessThan(1e-6);
  }

  @Test
  void agreesWithItselfWhereProbabilitiesAreServed() {
    List<InferenceSample> served = served(DIGITS, answers, ServedDigitsTest::softmax);

    assertThat(parity(OutputKind.PROBABILITIES, served)).isLessThan(1e-6);
    assertThat(parity(OutputKind.LOGITS, served)).as("set wrongly").isGreaterThan(0.1);
  }

  @Test
  void toleratesServingInHalfPrecision() {
    assertThat(parity(OutputKind.LOGITS, served(DIGITS, answers, ServedDigitsTest::half)))
        .isBetween(1e-5, 1e-3);
  }

  @Test
  void differsFromAnswersToOtherInputs() {
    assertThat(parity(OutputKind.LOGITS, served(DIGITS, answers(rotated()), f -> f)))
        .isBetween(0.5, 2.0);
  }

  @Test
  void seesAServerOfWhichOneAnswerInTenIsAnothers() {
    double[][] mixed = answers.clone();
    double[][] other = answers(rotated());
    for (int i = 0; i < mixed.length; i += 10) {
      mixed[i] = other[i];
    }
    assertThat(parity(OutputKind.LOGITS, served(DIGITS, mixed, f -> f))).isGreaterThan(0.1);
  }

  private static double parity(OutputKind kind, List<InferenceSample> served) {
    ImportanceSettings settings =
        new ImportanceSettings(
            Task.CLASSIFICATION,
            OutputKind.LOGITS,
            kind,
            Set.of(ImportanceMethod.FISHER),
            List.of(),
            Grouping.TENSOR,
            16,
            false,
            List.of());
    Parity parity =
        OnePass.importance(model, settings, Samples.batch("digits", 0, served), () -> 0).parity();
    assertThat(Objects.requireNonNull(parity).samples()).isEqualTo(served.size());
    return Objects.requireNonNull(parity.error());
  }

  /** One pass over all: another micro-batch than that of the window. */
  private static double[][] answers(List<InferenceSample> samples) {
    try (ForwardPass pass = model.forward(samples)) {
      float[] outputs = pass.outputs();
      double[][] answers = new double[samples.size()][pass.columns()];
      for (int i = 0; i < outputs.length; i++) {
        answers[i / pass.columns()][i % pass.columns()] = outputs[i];
      }
      return answers;
    }
  }

  private static List<InferenceSample> served(
      List<InferenceSample> samples, double[][] answers, UnaryOperator<double[]> form) {
    List<InferenceSample> served = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      served.add(Samples.served(samples.get(i), "scores", form.apply(answers[i])));
    }
    return served;
  }

  private static List<InferenceSample> rotated() {
    List<InferenceSample> rotated = new ArrayList<>();
    for (InferenceSample digit : DIGITS) {
      double[] pixels = digit.inputs().get(0).values();
      float[] turned = new float[64];
      for (int i = 0; i < 64; i++) {
        turned[i] = (float) pixels[(i % 8) * 8 + 7 - i / 8];
      }
      rotated.add(Samples.of(digit.label(), Samples.floats(List.of(1L, 8L, 8L), turned)));
    }
    return rotated;
  }

  private static double[] softmax(double[] f) {
    double sum = Arrays.stream(f).map(Math::exp).sum();
    return Arrays.stream(f).map(x -> (float) (Math.exp(x) / sum)).toArray();
  }

  /** Rounded to the 11 significant bits of FP16. */
  private static double[] half(double[] f) {
    return Arrays.stream(f)
        .map(
            x ->
                Math.scalb(
                    Math.rint(Math.scalb(x, 10 - Math.getExponent(x))), Math.getExponent(x) - 10))
        .toArray();
  }
}
