package io.gradwatch.importance.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.OwnPasses;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.sample.InferenceSample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The methods with passes of their own on TorchScript of several kinds. */
class OwnPassesOnModelsTest {
  private static final List<InferenceSample> ROWS = Samples.normal(40, 4, 5);
  private static final List<InferenceSample> WITH_TOKENS =
      ROWS.stream()
          .map(row -> Samples.of(null, row.inputs().get(0), Samples.longs(1, 1, 3)))
          .toList();

  @Test
  void normalisationAndDropoutDoNotDisturb() {
    requireRuns("norm", Task.CLASSIFICATION, ROWS);
  }

  @Test
  void severalInputsAndTokenIds() {
    requireRuns("two-inputs", Task.CLASSIFICATION, WITH_TOKENS);
  }

  @Test
  void parametersWithoutDimensionsAndOfOtherPrecision() {
    requireRuns("scalar", Task.REGRESSION, ROWS);
  }

  @Test
  void attributionLeavesTokenIdsOut() {
    try (TorchScript model = load("two-inputs")) {
      ImportanceSnapshot snapshot =
          compute(model, Task.CLASSIFICATION, ImportanceMethod.ATTRIBUTION, WITH_TOKENS);
      assertThat(snapshot.groups()).extracting(GroupImportance::name).containsExactly("x");
      assertThat(snapshot.groups().get(0).parameters()).isEqualTo(4);
    }
  }

  @Test
  void whatNeverReachesTheOutputHasNoImportance() {
    Set<ImportanceMethod> methods = EnumSet.range(ImportanceMethod.MAS, ImportanceMethod.SHAPLEY);
    methods.remove(ImportanceMethod.WEIGHT_MAGNITUDE);
    try (TorchScript model = load("unused-head")) {
      for (ImportanceMethod method : methods) {
        List<GroupImportance> groups = compute(model, Task.CLASSIFICATION, method, ROWS).groups();
        for (GroupImportance group : groups) {
          double mean = Objects.requireNonNull(group.methods().get(method.label())).mean();
          assertThat(mean != 0)
              .as("%s of %s", method.label(), group.name())
              .isEqualTo(group.name().startsWith("used."));
        }
      }
    }
  }

  /** Every method gives every group a number, and leaves the model bit for bit as it was. */
  private static void requireRuns(String fixture, Task task, List<InferenceSample> samples) {
    try (TorchScript model = load(fixture)) {
      float[] outputs = outputs(model, samples);
      List<float[]> weights = weights(model);
      int arrays = model.managedArrays();
      for (ImportanceMethod method :
          EnumSet.range(ImportanceMethod.ATTRIBUTION, ImportanceMethod.SHAPLEY)) {
        assertThat(compute(model, task, method, samples).groups())
            .as(method.label())
            .isNotEmpty()
            .allSatisfy(group -> assertThat(group.methods()).containsOnlyKeys(method.label()));
      }
      assertThat(outputs(model, samples)).isEqualTo(outputs);
      assertThat(weights(model)).usingRecursiveComparison().isEqualTo(weights);
      assertThat(model.managedArrays()).isEqualTo(arrays);
    }
  }

  private static ImportanceSnapshot compute(
      TorchScript model, Task task, ImportanceMethod method, List<InferenceSample> samples) {
    ImportanceSettings settings =
        new ImportanceSettings(
            task, OutputKind.LOGITS, ImportanceMethod.onePassMethods(), 8, false, List.of());
    return OwnPasses.importance(
        model, settings, method, Samples.batch("m", 0, samples), Duration.ofDays(1), () -> 0);
  }

  private static float[] outputs(TorchScript model, List<InferenceSample> samples) {
    try (ForwardPass pass = model.forward(samples)) {
      return pass.outputs();
    }
  }

  private static List<float[]> weights(TorchScript model) {
    List<float[]> weights = new ArrayList<>();
    for (int i = 0; i < model.parameters().size(); i++) {
      weights.add(model.weights(i));
    }
    return weights;
  }

  private static TorchScript load(String fixture) {
    Path path = Path.of("src/test/resources/io/gradwatch/importance/models", fixture + ".pt");
    return TorchScript.load(path, new DeviceSettings("cpu", 1));
  }
}
