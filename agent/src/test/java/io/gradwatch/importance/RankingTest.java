package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.window.SampleBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hipparchus.stat.correlation.SpearmansCorrelation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Whether gradients rank units as silencing them one by one does, on the demo's model and all
 * held-out digits. {@code -DargLine=-Dgradwatch.test.print=true} prints Spearman's rank
 * correlation:
 *
 * <pre>
 *               unit-taylor  taylor  fisher    mas
 * conv1.weight         0.90    0.52    0.29   0.52
 * conv1.bias           1.00    1.00    0.52   0.55
 * conv2.weight         0.93    0.48    0.44   0.68
 * conv2.bias           0.98    0.98    0.42   0.72
 * fc1.weight           0.96    0.81    0.75   0.77
 * fc1.bias             0.99    0.99    0.78   0.81
 * fc2.weight           0.70    0.15   -0.02   0.58
 * fc2.bias             0.99    0.99   -0.09  -0.73
 * all units            0.99    0.97    0.90   0.89
 * </pre>
 */
class RankingTest {
  private static final List<ImportanceMethod> GRADIENTS =
      List.of(
          ImportanceMethod.UNIT_TAYLOR,
          ImportanceMethod.TAYLOR,
          ImportanceMethod.FISHER,
          ImportanceMethod.MAS);
  private static final String ALL = "all units";

  /** Spearman's rank correlation with the effect of silencing, by tensor and method. */
  private static final Map<String, Map<ImportanceMethod, Double>> RANKS = new LinkedHashMap<>();

  @BeforeAll
  static void rank() {
    Map<ImportanceMethod, ImportanceSnapshot> snapshots = new LinkedHashMap<>();
    try (TorchScript model = TorchScript.load(Digits.MODEL, new DeviceSettings("cpu", 1))) {
      SampleBatch batch = Samples.batch("digits", 0, Digits.heldOut());
      ImportanceSettings settings =
          new ImportanceSettings(
              Task.CLASSIFICATION,
              OutputKind.LOGITS,
              ImportanceMethod.onePassMethods(),
              16,
              false,
              List.of());
      ImportanceSnapshot onePass = OnePass.importance(model, settings, batch, () -> 0);
      for (ImportanceMethod method : GRADIENTS) {
        snapshots.put(method, method.onePass() ? onePass : own(model, settings, method, batch));
      }
      snapshots.put(
          ImportanceMethod.ACTIVATION, own(model, settings, ImportanceMethod.ACTIVATION, batch));
    }
    List<String> tensors =
        Objects.requireNonNull(snapshots.get(ImportanceMethod.ACTIVATION)).groups().stream()
            .map(GroupImportance::name)
            .toList();
    for (String tensor : tensors) {
      RANKS.put(tensor, ranks(snapshots, List.of(tensor)));
    }
    RANKS.put(ALL, ranks(snapshots, tensors));
    if (Boolean.getBoolean("gradwatch.test.print")) {
      RANKS.forEach((tensor, ranks) -> System.out.println(tensor + " " + ranks));
    }
  }

  @Test
  void unitTaylorRanksAllUnitsAsSilencingDoes() {
    assertThat(rank(ALL, ImportanceMethod.UNIT_TAYLOR)).isGreaterThan(0.97);
  }

  @Test
  void unitTaylorRanksTheUnitsOfEachTensor() {
    // The fewer units, the coarser: a tensor has 8 to 32.
    assertThat(RANKS.keySet())
        .hasSize(9)
        .allSatisfy(
            tensor -> assertThat(rank(tensor, ImportanceMethod.UNIT_TAYLOR)).isGreaterThan(0.6));
  }

  @Test
  void unitTaylorIsTheBestOfTheGradientMethods() {
    for (ImportanceMethod other : GRADIENTS) {
      assertThat(rank(ALL, ImportanceMethod.UNIT_TAYLOR))
          .as(other.label())
          .isGreaterThanOrEqualTo(rank(ALL, other));
    }
  }

  private static double rank(String units, ImportanceMethod method) {
    return Objects.requireNonNull(Objects.requireNonNull(RANKS.get(units)).get(method));
  }

  private static ImportanceSnapshot own(
      DifferentiableModel model,
      ImportanceSettings settings,
      ImportanceMethod method,
      SampleBatch batch) {
    return OwnPasses.importance(model, settings, method, batch, Duration.ofDays(1), () -> 0);
  }

  private static Map<ImportanceMethod, Double> ranks(
      Map<ImportanceMethod, ImportanceSnapshot> snapshots, List<String> tensors) {
    double[] truth = units(snapshots, ImportanceMethod.ACTIVATION, tensors);
    Map<ImportanceMethod, Double> ranks = new LinkedHashMap<>();
    for (ImportanceMethod method : GRADIENTS) {
      double[] units = units(snapshots, method, tensors);
      ranks.put(method, new SpearmansCorrelation().correlation(truth, units));
    }
    return ranks;
  }

  /** One number a unit; no tensor of the model has so many that they are binned. */
  private static double[] units(
      Map<ImportanceMethod, ImportanceSnapshot> snapshots,
      ImportanceMethod method,
      List<String> tensors) {
    List<Double> units = new ArrayList<>();
    for (GroupImportance group : Objects.requireNonNull(snapshots.get(method)).groups()) {
      if (tensors.contains(group.name())) {
        ImportanceSnapshot.Value value =
            Objects.requireNonNull(group.methods().get(method.label()));
        Objects.requireNonNull(value.profile()).forEach(unit -> units.add((double) unit));
      }
    }
    return units.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
