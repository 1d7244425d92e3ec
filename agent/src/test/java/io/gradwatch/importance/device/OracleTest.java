package io.gradwatch.importance.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.Digits;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.OwnPasses;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.sample.InferenceSample;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hipparchus.stat.descriptive.DescriptiveStatistics;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Compares with the numbers that Python's torch gives, one sample at a time (oracle.py). */
class OracleTest {
  private static final List<InferenceSample> DIGITS = Digits.heldOut().subList(0, 64);
  private static final List<String> SUMS = List.of("fisher", "taylor", "unit-taylor");

  private static JsonNode golden;
  private static DifferentiableModel model;

  @BeforeAll
  static void load() throws IOException {
    try (InputStream in = OracleTest.class.getResourceAsStream("../oracle.json")) {
      golden = new ObjectMapper().readTree(in).get("upright");
    }
    model = TorchScript.load(Digits.MODEL, TestDevice.SETTINGS);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void labelledImportanceOfSingleSamplesIsExact() {
    ImportanceSnapshot snapshot = compute(1, true, 0);
    for (GroupImportance group : snapshot.groups()) {
      for (String method : SUMS) {
        double expected = golden.get("labelled").get(method).get(group.name()).asDouble();
        double actual = value(group, "labelled-" + method).mean();
        assertThat(actual)
            .as("%s of %s", method, group.name())
            .isCloseTo(expected, within(1e-4 * expected));
      }
    }
  }

  @Test
  void attributionEqualsDoublePrecision() {
    List<Float> features =
        Objects.requireNonNull(
            value(own(ImportanceMethod.ATTRIBUTION).groups().get(0), "attribution").profile());
    JsonNode expected = golden.get("attribution");
    assertThat(features).hasSize(64);
    for (int i = 0; i < 64; i++) {
      // Pixels at the border are never written on: exactly 0.
      double pixel = expected.get(i).asDouble();
      assertThat((double) features.get(i)).as("pixel %d", i).isCloseTo(pixel, within(1e-5 * pixel));
    }
  }

  @Test
  void memoryAwareSynapsesEqualDoublePrecision() {
    for (GroupImportance group : own(ImportanceMethod.MAS).groups()) {
      double expected = golden.get("mas").get(group.name()).asDouble();
      assertThat(value(group, "mas").mean())
          .as(group.name())
          .isCloseTo(expected, within(1e-5 * expected));
    }
  }

  @Test
  void sketchesAreUnbiasedForTheExpectationOverAllLabels() {
    Map<String, DescriptiveStatistics> means = new HashMap<>();
    int windows = 60;
    for (int window = 0; window < windows; window++) {
      for (GroupImportance group : compute(8, false, window).groups()) {
        for (String method : SUMS) {
          means
              .computeIfAbsent(method + " " + group.name(), key -> new DescriptiveStatistics())
              .addValue(value(group, method).mean());
        }
      }
    }
    means.forEach(
        (key, statistics) -> {
          String[] parts = key.split(" ", 2);
          double expected = golden.get("label-free").get(parts[0]).get(parts[1]).asDouble();
          double error = statistics.getStandardDeviation() / Math.sqrt(windows);
          // 24 intervals at once: 4 standard errors are passed by chance once in 600 seeds.
          assertThat(statistics.getMean()).as(key).isCloseTo(expected, within(4 * error));
          assertThat(error / expected).as("relative error of " + key).isLessThan(0.15);
        });
  }

  @Test
  void standardErrorsCoverTheSpreadOverSigns() {
    int covered = 0;
    int values = 0;
    for (int window = 0; window < 40; window++) {
      for (GroupImportance group : compute(4, false, 1000 + window).groups()) {
        double expected = golden.get("label-free").get("taylor").get(group.name()).asDouble();
        Value value = value(group, "taylor");
        values++;
        covered +=
            Math.abs(value.mean() - expected) <= 1.96 * Objects.requireNonNull(value.stderr())
                ? 1
                : 0;
      }
    }
    // The 64 samples are fixed, so the error, which counts their spread too, covers at least 95 %,
    // less what 16 skewed rows take.
    assertThat(covered / (double) values).isBetween(0.85, 1.0);
  }

  private static ImportanceSnapshot compute(int microBatch, boolean labelled, long start) {
    return OnePass.importance(
        model,
        settings(microBatch, labelled),
        Samples.batch("digits", start, DIGITS),
        System::nanoTime);
  }

  private static ImportanceSettings settings(int microBatch, boolean labelled) {
    return new ImportanceSettings(
        Task.CLASSIFICATION,
        OutputKind.LOGITS,
        ImportanceMethod.onePassMethods(),
        microBatch,
        labelled,
        List.of());
  }

  private static ImportanceSnapshot own(ImportanceMethod method) {
    return OwnPasses.importance(
        model,
        settings(16, false),
        method,
        Samples.batch("digits", 0, DIGITS),
        Duration.ofDays(1),
        System::nanoTime);
  }

  private static Value value(GroupImportance group, String method) {
    return Objects.requireNonNull(group.methods().get(method));
  }
}
