package io.gradwatch.importance.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.importance.Digits;
import io.gradwatch.importance.Grouping;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Payload;
import io.gradwatch.sample.payload.DigitPayloads;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same 512 digits give the same importance, bit for bit, in whatever format they come. */
class FormatsOnDigitsTest {
  private static final int SAMPLES = 512;
  private static final List<InferenceSample> DIGITS = Digits.heldOut().subList(0, SAMPLES);
  private static TorchScript model;
  private static ImportanceSnapshot expected;

  static List<DigitPayloads.Variant> variants() {
    return DigitPayloads.variants(8);
  }

  @BeforeAll
  static void compute() {
    model = TorchScript.load(Digits.MODEL, new DeviceSettings("cpu", 1));
    expected = importance(DIGITS);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void givesTheSameImportance(DigitPayloads.Variant variant) throws MalformedSampleException {
    List<InferenceSample> samples = new ArrayList<>();
    for (Payload message : variant.messages(pixels())) {
      samples.addAll(variant.reader().read(message));
    }

    assertThat(samples).hasSize(SAMPLES);
    assertThat(importance(samples)).usingRecursiveComparison().isEqualTo(expected);
  }

  private static List<float[]> pixels() {
    List<float[]> pixels = new ArrayList<>();
    for (InferenceSample digit : DIGITS) {
      float[] image = new float[64];
      digit.inputs().get(0).data().asFloatBuffer().get(image);
      pixels.add(image);
    }
    return pixels;
  }

  private static ImportanceSnapshot importance(List<InferenceSample> samples) {
    ImportanceSettings settings =
        new ImportanceSettings(
            Task.CLASSIFICATION,
            OutputKind.LOGITS,
            OutputKind.LOGITS,
            EnumSet.copyOf(ImportanceMethod.onePassMethods()),
            List.of(),
            Grouping.TENSOR,
            16,
            false,
            List.of());
    return OnePass.importance(model, settings, Samples.batch("digits", 0, samples), () -> 0);
  }
}
