package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SaliencyTest {
  private static final LinearModel TWO =
      new LinearModel(new double[][] {{0.5, -1, 0}, {1, 0.25, -0.5}}, 0.1, -0.2);

  @Test
  void isTheGradientOfThePredictedClass() {
    Saliency saliency =
        Saliency.of(TWO, settings(Task.CLASSIFICATION), Samples.row(null, 1, 0, -2));

    assertThat(saliency.output()).isEqualTo(1);
    assertThat(saliency.value()).isCloseTo(1.8, within(1e-6));
    assertThat(saliency.gradients()).hasSize(1);
    assertThat(saliency.gradients().get(0)).containsExactly(1, 0.25f, -0.5f);
    assertThat(saliency.limit(0)).isEqualTo(1);
  }

  @Test
  void isThatOfTheSumOfARegressionsOutputs() {
    Saliency saliency = Saliency.of(TWO, settings(Task.REGRESSION), Samples.row(null, 1, 0, -2));

    assertThat(saliency.output()).isEqualTo(-1);
    assertThat(saliency.value()).isCloseTo(0.6 + 1.8, within(1e-6));
    assertThat(saliency.gradients().get(0)).containsExactly(1.5f, -0.75f, -0.5f);
  }

  @Test
  void refusesInputsThatHaveNone() {
    InferenceSample ids = Samples.of(null, Samples.longs(1, 2, 3));

    assertThatThrownBy(() -> Saliency.of(TWO, settings(Task.CLASSIFICATION), ids))
        .isInstanceOf(ModelFailureException.class)
        .hasMessageContaining("needs a floating-point input")
        .hasMessageContaining("INT64");
  }

  /** Of noise: on an even background all maxima are ties, where there is no derivative. */
  @Test
  void isWhatASmallChangeOfAPixelDoes() {
    float[] noise = new float[64];
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) random.nextDouble();
    }
    InferenceSample digit = Samples.of(null, Samples.floats(List.of(1L, 8L, 8L), noise));
    try (DifferentiableModel model =
        TorchScript.load(Digits.MODEL, new DeviceSettings("cpu", 1), OutputPick.FIRST)) {
      Saliency saliency = Saliency.of(model, settings(Task.CLASSIFICATION), digit);
      double[] pixels = digit.inputs().get(0).values();
      int close = 0;
      for (int pixel = 0; pixel < 64; pixel++) {
        double up = output(model, pixels, pixel, 1e-3, saliency.output());
        double down = output(model, pixels, pixel, -1e-3, saliency.output());
        double difference = (up - down) / 2e-3;
        close += Math.abs(difference - saliency.gradients().get(0)[pixel]) < 0.02 ? 1 : 0;
      }
      assertThat(saliency.limit(0)).isGreaterThan(1);
      assertThat(close).as("ReLU and maxima have a few kinks").isGreaterThan(55);
    }
  }

  private static double output(
      DifferentiableModel model, double[] pixels, int changed, double by, int output) {
    float[] other = new float[pixels.length];
    for (int i = 0; i < other.length; i++) {
      other[i] = (float) (pixels[i] + (i == changed ? by : 0));
    }
    InferenceSample sample = Samples.of(null, Samples.floats(List.of(1L, 8L, 8L), other));
    try (ForwardPass pass = model.forward(List.of(sample))) {
      return pass.outputs()[output];
    }
  }

  private static ImportanceSettings settings(Task task) {
    return new ImportanceSettings(
        task, OutputKind.LOGITS, Set.of(ImportanceMethod.TAYLOR), 1, false, List.of());
  }
}
