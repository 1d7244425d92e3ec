package io.gradwatch.importance.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.DifferentiableModel.UnitSums;
import io.gradwatch.importance.Digits;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.Parameter;
import io.gradwatch.importance.Samples;
import io.gradwatch.sample.InferenceSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchScriptTest {
  private static final DeviceSettings CPU = TestDevice.SETTINGS;
  private static final List<InferenceSample> ROWS = Samples.normal(5, 4, 1);

  @Test
  void knowsTheParametersOfTheDigitsModel() {
    try (TorchScript model = TorchScript.load(Digits.MODEL, CPU)) {
      assertThat(model.parameters())
          .extracting(Parameter::name)
          .containsExactly(
              "conv1.weight",
              "conv1.bias",
              "conv2.weight",
              "conv2.bias",
              "fc1.weight",
              "fc1.bias",
              "fc2.weight",
              "fc2.bias");
      assertThat(model.parameters().get(2).shape()).containsExactly(16L, 8L, 3L, 3L);
      assertThat(model.version().name()).isEqualTo("digits");
      assertThat(model.version().sha256()).matches("[0-9a-f]{64}");
      assertThat(model.device()).isEqualTo(CPU.device());
    }
  }

  @Test
  void runsInEvaluationModeThoughTheFileWasSavedInTrainingMode() {
    try (TorchScript model = TorchScript.load(fixture("norm"), CPU)) {
      float[] first = outputs(model, ROWS);
      List<UnitSums> gradients = gradients(model, ROWS);
      assertThat(outputs(model, ROWS)).isEqualTo(first);
      assertThat(gradients(model, ROWS)).usingRecursiveComparison().isEqualTo(gradients);
      // Batch statistics would tie the rows of a batch together.
      assertThat(outputs(model, ROWS.subList(0, 1)))
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(first[0], first[1], first[2]);
    }
  }

  @Test
  void doesNotTakeBuffersForParameters() {
    try (TorchScript model = TorchScript.load(fixture("norm"), CPU)) {
      assertThat(model.parameters())
          .extracting(Parameter::name)
          .containsExactly(
              "first.weight", "first.bias", "norm.weight", "norm.bias", "last.weight", "last.bias");
    }
  }

  @Test
  void givesZerosForParametersThatNeverGetAGradient() {
    try (TorchScript model = TorchScript.load(fixture("unused-head"), CPU)) {
      gradients(model, ROWS);
      List<UnitSums> sums = gradients(model, ROWS);
      assertThat(sums.get(0).squaredGradient()).hasSize(3).doesNotContain(0f);
      assertThat(sums.get(2).squaredGradient()).containsExactly(0f, 0f);
      assertThat(sums.get(2).product()).containsExactly(0f, 0f);
    }
  }

  @Test
  void doesNotAddUpGradientsOfEarlierPasses() {
    try (TorchScript model = TorchScript.load(Digits.MODEL, CPU)) {
      List<InferenceSample> digits = Digits.heldOut().subList(0, 8);
      List<UnitSums> first = gradients(model, digits);
      assertThat(gradients(model, digits)).usingRecursiveComparison().isEqualTo(first);
    }
  }

  @Test
  void takesSeveralInputsAndTokenIds() {
    try (TorchScript model = TorchScript.load(fixture("two-inputs"), CPU)) {
      InferenceSample sample =
          Samples.of(null, Samples.floats(List.of(4L), 1, 2, 3, 4), Samples.longs(1, 1, 3));
      List<UnitSums> sums = gradients(model, List.of(sample, sample));
      assertThat(model.parameters().get(0).name()).isEqualTo("tokens.weight");
      float[] tokens = sums.get(0).squaredGradient();
      assertThat(tokens[1]).isCloseTo(4 * tokens[3], within(1e-4f * tokens[1])).isPositive();
      assertThat(tokens[0]).isZero();
    }
  }

  @Test
  void watchesTheFirstOutputUnlessToldOtherwise() {
    try (TorchScript first = TorchScript.load(fixture("two-outputs"), CPU);
        TorchScript second = TorchScript.load(fixture("two-outputs"), CPU, new OutputPick("1"))) {
      assertThat(columns(first)).isEqualTo(3);
      assertThat(columns(second)).isEqualTo(2);
    }
    try (TorchScript third = TorchScript.load(fixture("two-outputs"), CPU, new OutputPick("2"))) {
      assertThatThrownBy(() -> third.forward(ROWS))
          .isInstanceOf(ModelFailureException.class)
          .hasMessageContaining("gives 2 outputs; output 2 is asked for, must be 0 to 1");
    }
  }

  @Test
  void differentiatesScalarsAndOtherPrecisions() {
    try (TorchScript model = TorchScript.load(fixture("scalar"), CPU)) {
      List<UnitSums> sums = gradients(model, List.of(Samples.row(null, 1, 1, 1, 1)));
      assertThat(model.parameters())
          .extracting(Parameter::name)
          .containsExactly("scale", "narrow", "wide");
      assertThat(sums.get(0).squaredGradient()).containsExactly(100);
      assertThat(sums.get(0).product()).containsExactly(20);
      assertThat(sums.get(1).squaredProduct()).containsExactly(4, 16, 36, 64);
      assertThat(sums.get(2).product()).containsExactly(0.5f, 0.25f, 0.125f, 0.5f);
    }
  }

  @Test
  void runsWithOtherWeightsForAWhile() {
    try (TorchScript model = TorchScript.load(fixture("scalar"), CPU)) {
      float[] before = outputs(model, ROWS);
      float[] zeros = new float[model.weights(1).length];
      try (var replaced = model.replace(Map.of(0, new float[] {4}, 1, zeros))) {
        assertThat(replaced).isNotNull();
        assertThat(model.weights(0)).containsExactly(4);
        assertThat(outputs(model, ROWS)).isNotEqualTo(before);
      }
      assertThat(model.weights(0)).containsExactly(2);
      assertThat(outputs(model, ROWS)).isEqualTo(before);
    }
  }

  @Test
  void putsParametersBackThatHeldTheSameForAWhile() {
    try (TorchScript model = TorchScript.load(fixture("norm"), CPU)) {
      float[] first = model.weights(1);
      float[] norm = model.weights(3);
      assertThat(first).hasSameSizeAs(norm).isNotEqualTo(norm);
      try (var replaced = model.replace(Map.of(1, new float[6], 3, new float[6]))) {
        assertThat(replaced).isNotNull();
        assertThat(model.weights(1)).isEqualTo(model.weights(3));
      }
      assertThat(model.weights(1)).isEqualTo(first);
      assertThat(model.weights(3)).isEqualTo(norm);
    }
  }

  @Test
  void differentiatesWithRespectToItsInputs() {
    try (TorchScript model = TorchScript.load(fixture("two-inputs"), CPU)) {
      InferenceSample sample =
          Samples.of(null, Samples.floats(List.of(4L), 1, 2, 3, 4), Samples.longs(1, 1, 3));
      try (ForwardPass pass = model.forwardFromInputs(List.of(sample, sample))) {
        List<float[]> gradients = pass.inputGradients(new float[] {1, 0, 0, 0, 1, 0});
        float[] last = model.weights(1);
        assertThat(gradients.get(0)).hasSize(8).startsWith(last[0], last[1], last[2], last[3]);
        assertThat(gradients.get(0)).endsWith(last[6], last[7], last[8], last[9]);
        assertThat(gradients.get(1)).isEmpty();
      }
    }
  }

  @Test
  void givesTheWholeGradientAndItsAbsoluteSums() {
    List<InferenceSample> digits = Digits.heldOut().subList(0, 8);
    try (TorchScript model = TorchScript.load(Digits.MODEL, CPU)) {
      float[] ones = new float[80];
      Arrays.fill(ones, 1);
      List<UnitSums> sums = gradients(model, digits);
      List<float[]> whole;
      List<float[]> absolute;
      try (ForwardPass pass = model.forward(digits)) {
        whole = pass.gradients(ones);
      }
      try (ForwardPass pass = model.forward(digits)) {
        absolute = pass.absolute(ones);
      }
      for (int p = 0; p < model.parameters().size(); p++) {
        Parameter parameter = model.parameters().get(p);
        int each = (int) parameter.elements() / parameter.units();
        float[] w = model.weights(p);
        for (int unit = 0; unit < parameter.units(); unit++) {
          double squares = 0;
          double products = 0;
          double magnitudes = 0;
          for (int i = unit * each; i < (unit + 1) * each; i++) {
            double g = whole.get(p)[i];
            squares += g * g;
            products += w[i] * g;
            magnitudes += Math.abs(g);
          }
          assertThat((double) sums.get(p).squaredGradient()[unit])
              .isCloseTo(squares, within(1e-4 * squares + 1e-9));
          assertThat((double) sums.get(p).product()[unit])
              .isCloseTo(products, within(1e-4 * magnitudes));
          assertThat((double) absolute.get(p)[unit])
              .isCloseTo(magnitudes, within(1e-4 * magnitudes + 1e-9));
        }
      }
    }
  }

  @Test
  void keepsNoMemoryOfAPass() throws IOException {
    List<InferenceSample> digits = Digits.heldOut().subList(0, 256);
    try (TorchScript model = TorchScript.load(Digits.MODEL, CPU)) {
      for (int i = 0; i < 40; i++) {
        gradients(model, digits);
      }
      int arrays = model.managedArrays();
      long before = residentBytes();
      for (int i = 0; i < 250; i++) {
        gradients(model, digits);
      }
      assertThat(model.managedArrays()).isEqualTo(arrays);
      // One pass holds about 2 MiB: kept, they would be 500 MiB.
      assertThat(residentBytes() - before).isLessThan(100L << 20);
    }
  }

  @Test
  void saysThatSamplesDoNotFit() {
    try (TorchScript model = TorchScript.load(Digits.MODEL, CPU)) {
      assertThatThrownBy(() -> model.forward(ROWS))
          .isInstanceOf(ModelFailureException.class)
          .hasMessageStartingWith("digits@")
          .hasMessageContaining("refuses samples with inputs x FP32 [4]: ")
          .hasMessageContaining("conv2d")
          .hasMessageNotContaining("\n")
          .extracting(e -> ((ModelFailureException) e).reason())
          .isEqualTo(Reason.INPUTS);
    }
  }

  @Test
  void saysThatAnOutputHasNoGradient() {
    try (TorchScript model = TorchScript.load(fixture("class-numbers"), CPU)) {
      assertThatThrownBy(() -> model.forward(ROWS))
          .isInstanceOf(ModelFailureException.class)
          .hasMessageContaining("output 0 of class-numbers@")
          .hasMessageContaining("is int64, which has no gradient");
    }
    try (TorchScript model = TorchScript.load(fixture("no-grad"), CPU)) {
      assertThatThrownBy(() -> gradients(model, ROWS))
          .isInstanceOf(ModelFailureException.class)
          .hasMessage(
              "the backward pass failed: the output has no gradient; its forward must not run under"
                  + " torch.no_grad");
    }
  }

  @Test
  void saysThatAFrozenModelHasNothingToDifferentiate() {
    assertThatThrownBy(() -> TorchScript.load(fixture("frozen"), CPU))
        .isInstanceOf(ModelFailureException.class)
        .hasMessageContaining("frozen.pt has no parameters to differentiate: torch.jit.freeze");
  }

  @Test
  void saysWhatIsNoTorchScript(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("model.pt"), "weights");
    assertThatThrownBy(() -> TorchScript.load(folder.resolve("gone.pt"), CPU))
        .hasMessageContaining("gone.pt is missing");
    assertThatThrownBy(() -> TorchScript.load(text, CPU)).hasMessageContaining("not a zip archive");
    assertThatThrownBy(() -> TorchScript.load(fixture("pickle"), CPU))
        .hasMessageContaining("pickle.pt is a zip archive but no TorchScript")
        .hasMessageContaining("torch.jit.script(model).save(path)");
  }

  @Test
  void saysThatAGpuIsNotThere() {
    assertThatThrownBy(() -> TorchScript.load(Digits.MODEL, new DeviceSettings("cuda:98", 1)))
        .isInstanceOf(ModelFailureException.class)
        .hasMessageContaining("device cuda:98 is not there");
  }

  private static Path fixture(String name) {
    return Path.of("src/test/resources/io/gradwatch/importance/models", name + ".pt");
  }

  private static float[] outputs(TorchScript model, List<InferenceSample> samples) {
    try (ForwardPass pass = model.forward(samples)) {
      return pass.outputs();
    }
  }

  private static int columns(TorchScript model) {
    try (ForwardPass pass = model.forward(ROWS)) {
      return pass.columns();
    }
  }

  private static List<UnitSums> gradients(TorchScript model, List<InferenceSample> samples) {
    try (ForwardPass pass = model.forward(samples)) {
      float[] ones = new float[pass.rows() * pass.columns()];
      Arrays.fill(ones, 1);
      return pass.backward(ones);
    }
  }

  private static long residentBytes() throws IOException {
    String status = Files.readString(Path.of("/proc/self/status"));
    return status
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .sum();
  }
}
