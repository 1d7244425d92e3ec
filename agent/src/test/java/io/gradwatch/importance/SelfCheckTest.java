package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.TorchScript;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SelfCheckTest {
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

  private static void check(String fixture) {
    Path file = Path.of("src/test/resources/io/gradwatch/importance/models", fixture + ".pt");
    try (DifferentiableModel model = TorchScript.load(file, new DeviceSettings("cpu", 1))) {
      SelfCheck.of(model, SETTINGS, Samples.normal(16, 4, 2));
    }
  }
}
