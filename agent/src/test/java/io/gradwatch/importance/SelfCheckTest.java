package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.SelfCheckReport.TensorCheck;
import io.gradwatch.importance.SelfCheckReport.Verdict;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SelfCheckTest {
  private static final ImportanceSettings REGRESSION =
      new ImportanceSettings(
          Task.REGRESSION, OutputKind.LOGITS, Set.of(ImportanceMethod.TAYLOR), 8, false, List.of());
  private static final ImportanceSettings SETTINGS =
      new ImportanceSettings(
          Task.CLASSIFICATION,
          OutputKind.LOGITS,
          Set.of(ImportanceMethod.TAYLOR),
          16,
          false,
          List.of());

  @Test
  void trustsAModelWithNormalisationAndDropoutThatFollowItsMode() {
    assertThatCode(() -> check("norm")).doesNotThrowAnyException();
  }

  @Test
  void doesNotTrustAModelThatDrawsRandomNumbers() {
    assertThatThrownBy(() -> check("noisy"))
        .hasMessageStartingWith("two passes of noisy@")
        .hasMessageContaining("over the same samples give different outputs")
        .extracting(e -> ((ModelFailureException) e).reason())
        .isEqualTo(Reason.UNTRUSTED);
  }

  @Test
  void doesNotTrustAGradientThatIsTenPercentOff() {
    SelfCheckReport report = SelfCheck.of(new Scaled(1.1f), REGRESSION, Samples.normal(8, 2, 3));
    assertThat(report.untrusted()).containsExactly("weight");
    assertThat(report.count(Verdict.TRUSTED)).isEqualTo(1);
  }

  @Test
  void trustsAGradientThatIsTwoPercentOff() {
    SelfCheckReport report = SelfCheck.of(new Scaled(1.02f), REGRESSION, Samples.normal(8, 2, 3));
    assertThat(report.untrusted()).isEmpty();
    assertThat(report.tensors().get(0).error()).isCloseTo(0.02, within(0.002));
  }

  @Test
  void doesNotTrustAZeroThatTheOutputsContradict() {
    SelfCheckReport report = SelfCheck.of(new Scaled(0), REGRESSION, Samples.normal(8, 2, 3));
    assertThat(report.untrusted()).containsExactly("weight");
  }

  @Test
  void hidesATensorAndThePlacesOfTheOthersFollow() {
    Scaled model = new Scaled(0);
    List<InferenceSample> rows = Samples.normal(8, 2, 3);
    SelfCheckReport report = SelfCheck.of(model, REGRESSION, rows);
    DifferentiableModel trusted = TrustedModel.of(model, report, Grouping.TENSOR);
    assertThat(trusted.parameters()).extracting(Parameter::name).containsExactly("bias");
    assertThat(trusted.weights(0)).isEqualTo(model.weights(1));
    try (ForwardPass pass = trusted.forward(rows)) {
      assertThat(pass.gradients(new float[] {1, 1, 1, 1, 1, 1, 1, 1})).hasSize(1);
    }
    DifferentiableModel.Replacement replaced = trusted.replace(Map.of(0, new float[] {7}));
    assertThat(model.weights(1)).containsExactly(7);
    replaced.close();
  }

  @Test
  void leavesTheModelAsItWas() {
    Scaled model = new Scaled(1);
    float[] before = model.weights(0);
    SelfCheck.of(model, REGRESSION, Samples.normal(8, 2, 3));
    assertThat(model.weights(0)).isEqualTo(before);
  }

  @Test
  void saysThatNothingCanBeTrusted() {
    SelfCheckReport report =
        new SelfCheckReport(
            new ModelVersion("m", "0".repeat(64)),
            8,
            Batching.ANY,
            0,
            List.of(new TensorCheck("w", Verdict.WRONG_GRADIENT, 1)),
            List.of());
    assertThatThrownBy(() -> TrustedModel.of(new Scaled(1), report, Grouping.TENSOR))
        .hasMessageStartingWith(
            "no gradient of m@000000000000 can be trusted (1 tensors, 0 trusted")
        .extracting(e -> ((ModelFailureException) e).reason())
        .isEqualTo(Reason.UNTRUSTED);
  }

  private static void check(String fixture) {
    Path file = Path.of("src/test/resources/io/gradwatch/importance/models", fixture + ".pt");
    try (DifferentiableModel model = TorchScript.load(file, new DeviceSettings("cpu", 1))) {
      SelfCheck.of(model, SETTINGS, Samples.normal(16, 4, 2));
    }
  }

  /** A linear model that multiplies the gradient of its weight. */
  private static final class Scaled extends ForwardingModel {
    private final float factor;

    Scaled(float factor) {
      super(new LinearModel(new double[][] {{0.7, -1.3}}, 0.3));
      this.factor = factor;
    }

    @Override
    public ForwardPass forward(List<InferenceSample> samples) {
      return new ForwardingPass(super.forward(samples)) {
        @Override
        public List<float[]> gradients(float[] vector) {
          List<float[]> gradients = super.gradients(vector);
          float[] ofWeight = gradients.get(0);
          for (int i = 0; i < ofWeight.length; i++) {
            ofWeight[i] *= factor;
          }
          return gradients;
        }
      };
    }
  }
}
