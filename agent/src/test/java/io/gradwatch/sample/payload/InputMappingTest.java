package io.gradwatch.sample.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gradwatch.sample.DataType;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InputMappingTest {
  private static final String RECORDS =
      "[{\"age\": 30, \"name\": \"a\", \"amount\": 2.5}, {\"age\": 40, \"name\": \"b\", \"amount\": -1}]";
  private static final String IMAGE = "[[[1, 2], [3, 4], [5, 6]]]";

  @Test
  void joinsFeaturesByNameInTheModelsOrder() throws MalformedSampleException {
    List<InferenceSample> samples = read(RECORDS, input("x", List.of("amount", "age"), null));

    assertThat(samples).hasSize(2);
    assertInput(samples.get(1), 0, DataType.FP32, List.of(2L), -1, 40);
  }

  @Test
  void takesSeveralInputsInTheModelsOrder() throws MalformedSampleException {
    InferenceSample sample =
        read(
                RECORDS,
                input("age", List.of(), DataType.INT64),
                input("amount", List.of(), DataType.FP64))
            .get(0);

    assertInput(sample, 0, DataType.INT64, List.of(), 30);
    assertInput(sample, 1, DataType.FP64, List.of(), 2.5);
  }

  @Test
  void addsConstantInputsToEachRow() throws MalformedSampleException {
    ModelInput temperature =
        new ModelInput("t", List.of(), List.of(), null, null, List.of(), List.of(), List.of(0.5));
    ModelInput pair =
        new ModelInput(
            "p",
            List.of(),
            List.of(),
            DataType.INT64,
            List.of(-1, 1, 2),
            List.of(),
            List.of(),
            List.of(3.0, 4.0));

    InferenceSample sample = read(RECORDS, temperature, input("age", List.of(), null), pair).get(1);

    assertInput(sample, 0, DataType.FP32, List.of(), 0.5);
    assertInput(sample, 1, DataType.FP32, List.of(), 40);
    assertInput(sample, 2, DataType.INT64, List.of(1L, 2L), 3, 4);
  }

  @Test
  void normalisesByOneNumberOrByOneForEachChannel() throws MalformedSampleException {
    assertInput(
        read(IMAGE, normalised(List.of(1.0), List.of(2.0))).get(0),
        0,
        DataType.FP32,
        List.of(3L, 2L),
        0,
        0.5,
        1,
        1.5,
        2,
        2.5);
    assertInput(
        read(IMAGE, normalised(List.of(1.0, 2.0, 3.0), List.of(1.0, 2.0, 4.0))).get(0),
        0,
        DataType.FP32,
        List.of(3L, 2L),
        0,
        1,
        0.5,
        1,
        0.5,
        0.75);
    assertRefused(
        IMAGE,
        "x: 3 along dimension 0 of the sample; expected 2 as mean has numbers",
        normalised(List.of(1.0, 2.0), List.of()));
  }

  @Test
  void selectsPlacesInTheirOrder() throws MalformedSampleException {
    ModelInput selected =
        new ModelInput("x", List.of(), List.of(2, 0), null, null, List.of(), List.of(), List.of());

    assertInput(read(IMAGE, selected).get(0), 0, DataType.FP32, List.of(2L, 2L), 5, 6, 1, 2);
    assertRefused(
        "[[1, 2]]", "values: 2 along dimension 0 of the sample; expected more than 2", selected);
  }

  @Test
  void takesTheFirstExtentOfMinusOneForTheBatch() throws MalformedSampleException {
    assertThat(read(IMAGE, shaped(-1, 6))).hasSize(1);
    assertInput(
        read(IMAGE, shaped(-1, 2, -1)).get(0), 0, DataType.FP32, List.of(2L, 3L), 1, 2, 3, 4, 5, 6);
    List<InferenceSample> whole = read("[[1, 2], [3, 4]]", shaped(2, 2));
    assertThat(whole).hasSize(1);
    assertInput(whole.get(0), 0, DataType.FP32, List.of(2L, 2L), 1, 2, 3, 4);
    assertRefused(
        IMAGE, "x: FP32 [1, 3, 2], so 6 elements a sample; expected shape [-1, 5]", shaped(-1, 5));
  }

  @Test
  void castsOnlyWhatTheTypeHolds() throws MalformedSampleException {
    assertInput(
        read("[[1, 2]]", input("x", List.of(), DataType.INT8)).get(0),
        0,
        DataType.INT8,
        List.of(2L),
        1,
        2);
    assertRefused(
        "[[1.5]]",
        "x[0]: 1.5; expected a whole number for INT8",
        input("x", List.of(), DataType.INT8));
    assertRefused(
        "[[300]]",
        "x[0]: 300.0; expected a whole number from -128 to 127 (INT8)",
        input("x", List.of(), DataType.INT8));
    assertRefused(
        "[[70000]]",
        "x[0]: 70000.0; expected a finite number within FP16",
        input("x", List.of(), DataType.FP16));
    assertRefused("[[1e39]]", "values[0]: 1.0E39; expected a finite number within FP32");
  }

  @Test
  void saysWhatThereIsInsteadOfWhatIsMissing() {
    assertRefused(
        RECORDS,
        "no 'agee' among age, name, amount; expected what inputs[].from names",
        input("x", List.of("agee"), null));
    assertRefused(
        RECORDS,
        "$[0].name: text 'a'; expected a finite number",
        input("x", List.of("name"), null));
    assertRefused(
        RECORDS, "age, name, amount: fields of a JSON object have no order; expected inputs");
  }

  @Test
  void refusesMappingsThatCannotBeMeant() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> shaped(0, 2))
        .withMessageContaining("has shape [0, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> normalised(List.of(), List.of(0.0)))
        .withMessageContaining("a scale of 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InputMapping(List.of(shaped(-1), shaped(-1))))
        .withMessageContaining("'x' twice");
  }

  private static ModelInput input(String name, List<String> from, @Nullable DataType type) {
    return new ModelInput(name, from, List.of(), type, null, List.of(), List.of(), List.of());
  }

  private static ModelInput normalised(List<Double> mean, List<Double> scale) {
    return new ModelInput("x", List.of(), List.of(), null, null, mean, scale, List.of());
  }

  private static ModelInput shaped(Integer... shape) {
    return new ModelInput(
        "x", List.of(), List.of(), null, List.of(shape), List.of(), List.of(), List.of());
  }

  private static List<InferenceSample> read(String json, ModelInput... inputs)
      throws MalformedSampleException {
    return new PayloadReader(PayloadFormat.AUTO, null, new InputMapping(List.of(inputs)))
        .read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertRefused(String json, String message, ModelInput... inputs) {
    assertThatExceptionOfType(MalformedSampleException.class)
        .isThrownBy(() -> read(json, inputs))
        .withMessageStartingWith(message);
  }

  private static void assertInput(
      InferenceSample sample, int place, DataType type, List<Long> shape, double... values) {
    Tensor tensor = sample.inputs().get(place);
    assertThat(tensor.type()).isEqualTo(type);
    assertThat(tensor.shape()).isEqualTo(shape);
    assertThat(tensor.values()).containsExactly(values);
  }
}
