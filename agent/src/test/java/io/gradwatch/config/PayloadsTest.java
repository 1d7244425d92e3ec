package io.gradwatch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gradwatch.sample.DataType;
import io.gradwatch.sample.payload.InputMapping;
import io.gradwatch.sample.payload.ModelInput;
import io.gradwatch.sample.payload.PayloadFormat;
import io.gradwatch.sample.payload.PayloadSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the configuration says what records hold and what the model takes. */
class PayloadsTest {
  private static PayloadSettings read(String entries) {
    String yaml =
        "kafka: {bootstrap.servers: 'none:9092'}\nmodels: [{name: m, path: m.pt, topics: [t], %s}]";
    return GradwatchConfig.parse(yaml.formatted(entries), "c.yaml", Map.of())
        .models()
        .get(0)
        .payload();
  }

  @Test
  void takesWhatArrivesUnlessToldOtherwise() {
    assertThat(read("window: 5m"))
        .isEqualTo(new PayloadSettings(PayloadFormat.AUTO, null, InputMapping.NONE));
  }

  @Test
  void readsFormatSchemaAndInputsInTheirOrder() {
    assertThat(
            read(
                """
                format: avro, avro-schema: schemas, inputs: [
                  {name: features, from: [age, amount], select: [1, 0], datatype: FP64,
                   shape: [-1, 2], mean: [0.5, 0.5], scale: 2},
                  {name: bias, value: -1e-1}]"""))
        .isEqualTo(
            new PayloadSettings(
                PayloadFormat.AVRO,
                Path.of("schemas"),
                new InputMapping(
                    List.of(
                        new ModelInput(
                            "features",
                            List.of("age", "amount"),
                            List.of(1, 0),
                            DataType.FP64,
                            List.of(-1, 2),
                            List.of(0.5, 0.5),
                            List.of(2.0),
                            List.of()),
                        new ModelInput(
                            "bias",
                            List.of(),
                            List.of(),
                            null,
                            null,
                            List.of(),
                            List.of(),
                            List.of(-0.1))))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          format: avro                                 | models[0]: format is avro, but avro-schema is missing: Gradwatch asks no registry
          format: protobuf                             | models[0].format: 'protobuf' is no choice; expected one of auto, open-inference
          `inputs: [{from: [a]}]`                      | models[0].inputs[0].name: is missing
          `inputs: [{name: x, datatype: float32}]`     | models[0].inputs[0].datatype: 'float32' is no choice; expected one of BOOL
          `inputs: [{name: x, shape: [-1, -1, -1]}]`   | models[0].inputs[0]: has shape [-1, -1, -1]; expected extents of at least 1
          `inputs: [{name: x, scale: 0}]`              | models[0].inputs[0]: has a scale of 0
          `inputs: [{name: x, mean: many}]`            | models[0].inputs[0].mean: 'many' (element 1) is not a number; expected
          `inputs: [{name: x, value: 1, from: [a]}]`   | models[0].inputs[0]: has value and from or select
          `inputs: [{name: x, value: 1}]`              | models[0]: inputs has nothing but values
          `inputs: [{name: x}, {name: x}]`             | models[0]: inputs has 'x' twice
          `inputs: [{name: x, mean: [1, 2], datatype: INT64}]` | models[0].inputs[0]: is normalised to INT64
          """)
  void saysWhatCannotBeMeant(String entries, String problem) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> read(entries))
        .satisfies(e -> assertThat(e.problems()).singleElement().asString().contains(problem));
  }
}
