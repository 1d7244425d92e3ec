package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TuningTest {
  /** One input that is 1 or -1: every sample has the same squared gradient. */
  @Test
  void keepsSinglesWhereEverySampleSaysTheSame() {
    LinearModel model = new LinearModel(new double[][] {{1}}, 0);
    Tuning tuning = Tuning.choose(model, settings(Task.REGRESSION), signs(512));
    // The error of b = 1 is 0: no group tells, and the largest b is as good as any.
    assertThat(tuning.microBatch()).isEqualTo(32);
    List<InferenceSample> wide = Samples.normal(512, 2, 3);
    LinearModel spread = new LinearModel(new double[][] {{1, 1}}, 0);
    assertThat(Tuning.choose(spread, settings(Task.REGRESSION), wide).microBatch()).isLessThan(32);
  }

  @Test
  void takesFewSamplesForTooFewToTell() {
    LinearModel model = new LinearModel(new double[][] {{1, 1}}, 0);
    List<InferenceSample> few = Samples.normal(31, 2, 3);
    assertThat(Tuning.choose(model, settings(Task.REGRESSION), few).microBatch()).isEqualTo(1);
  }

  @Test
  void keepsWhatIsConfigured() {
    LinearModel model = new LinearModel(new double[][] {{1, 1}}, 0);
    ImportanceSettings configured = settings(Task.REGRESSION).withMicroBatch(64);
    assertThat(Tuning.choose(model, configured, Samples.normal(8, 2, 3)).microBatch())
        .isEqualTo(64);
  }

  @Test
  void measuresTheSpreadOfEachOutput() {
    LinearModel model = new LinearModel(new double[][] {{3, 0}, {0, 0.5}, {0, 0}}, 1, 2, 3);
    List<InferenceSample> samples = Samples.normal(4096, 2, 11);
    Tuning tuning = Tuning.choose(model, settings(Task.REGRESSION), samples);
    assertThat(tuning.outputDeviations().get(0)).isCloseTo(3, within(0.15));
    assertThat(tuning.outputDeviations().get(1)).isCloseTo(0.5, within(0.025));
    assertThat(tuning.outputDeviations().get(2)).isEqualTo(1);
    assertThat(tuning.applyTo(settings(Task.REGRESSION)).outputDeviations())
        .isEqualTo(tuning.outputDeviations());
  }

  @Test
  void measuresTheSpreadWithinTheMemoryOfTheDevice() {
    HookedModel small =
        new HookedModel(
            samples -> {
              if (samples.size() > 2) {
                throw HookedModel.outOfMemory();
              }
            });
    Tuning tuning = Tuning.choose(small, settings(Task.REGRESSION), Samples.normal(64, 2, 3));
    assertThat(tuning.microBatch()).isEqualTo(1);
    assertThat(tuning.outputDeviations()).singleElement().isNotEqualTo(1.0);
  }

  @Test
  void leavesClassifiersWithoutDeviations() {
    LinearModel model = new LinearModel(new double[][] {{1, 0}, {0, 1}}, 0, 0);
    assertThat(
            Tuning.choose(model, settings(Task.CLASSIFICATION), Samples.normal(64, 2, 3))
                .outputDeviations())
        .isEmpty();
  }

  @Test
  void theDigitsTakeTheLargestMicroBatchWithinTheBound() {
    List<InferenceSample> samples = Digits.heldOut().subList(0, 512);
    ImportanceSettings settings = settings(Task.CLASSIFICATION);
    try (TorchScript model = TorchScript.load(Digits.MODEL, new DeviceSettings("cpu", 1))) {
      Map<Integer, Double> errors = Tuning.errors(model, settings.withMicroBatch(1), samples);
      int chosen = Tuning.choose(model, settings, samples).microBatch();
      assertThat(errors.get(chosen)).isLessThanOrEqualTo(1.5);
      errors.forEach(
          (b, error) -> {
            if (b > chosen) {
              assertThat(error).isGreaterThan(1.5);
            }
          });
    }
  }

  private static List<InferenceSample> signs(int rows) {
    SplittableRandom random = new SplittableRandom(1);
    List<InferenceSample> samples = new ArrayList<>();
    for (int n = 0; n < rows; n++) {
      samples.add(Samples.row(null, random.nextBoolean() ? 1 : -1));
    }
    return samples;
  }

  private static ImportanceSettings settings(Task task) {
    return new ImportanceSettings(
        task,
        OutputKind.LOGITS,
        Set.of(ImportanceMethod.TAYLOR, ImportanceMethod.FISHER),
        ImportanceSettings.AUTO,
        false,
        List.of());
  }
}
