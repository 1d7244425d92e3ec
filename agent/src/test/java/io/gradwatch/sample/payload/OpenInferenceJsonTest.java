package io.gradwatch.sample.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenInferenceJsonTest {
  private static final String TWO_ROWS =
      """
      {"id": "r-1",
       "inputs": [
        {"name": "x", "shape": [2, 1, 2], "datatype": "FP32", "data": [[[1, 2.5]], [[-3e-1, 4]]]},
        {"name": "n", "shape": [2], "datatype": "INT64", "data": [7, -9007199254740993]}],
       "outputs": [{"name": "y"}],
       "parameters": {"model_version": "12"}}
      """;

  private final PayloadReader reader =
      new PayloadReader(PayloadFormat.OPEN_INFERENCE, null, InputMapping.NONE);

  @Test
  void splitsABatchIntoRowsWithoutBatchDimension() throws MalformedSampleException {
    List<InferenceSample> samples = parse(TWO_ROWS);

    assertThat(samples).hasSize(2);
    Tensor x = samples.get(1).inputs().get(0);
    assertThat(x.name()).isEqualTo("x");
    assertThat(x.shape()).containsExactly(1L, 2L);
    assertThat(x.data().getFloat()).isEqualTo(-0.3f);
    Tensor n = samples.get(1).inputs().get(1);
    assertThat(n.shape()).isEmpty();
    assertThat(n.data().getLong()).isEqualTo(-9007199254740993L);
    assertThat(samples).extracting(InferenceSample::id).containsOnly("r-1");
    assertThat(samples).extracting(InferenceSample::modelVersion).containsOnly("12");
  }

  @Test
  void readsFlatAndNestedDataAlike() throws MalformedSampleException {
    String flat = TWO_ROWS.replace("[[[1, 2.5]], [[-3e-1, 4]]]", "[1, 2.5, -3e-1, 4]");

    assertThat(parse(flat)).isEqualTo(parse(TWO_ROWS)).isNotSameAs(parse(TWO_ROWS));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          BOOL  | true   | 01
          UINT8 | 255    | ff
          INT8  | -128   | 80
          INT16 | -2     | feffffff
          INT32 | 258    | 02010000
          INT64 | 258    | 0201000000000000
          UINT16 | 65535 | ffff0000
          UINT32 | 4294967295 | ffffffff00000000
          UINT64 | 258   | 0201000000000000
          FP16  | 1.5    | 003e
          FP32  | 1.5    | 0000c03f
          FP64  | 1.5    | 000000000000f83f
          """)
  void storesEveryTypeLittleEndian(String type, String value, String bytes)
      throws MalformedSampleException {
    ByteBuffer data = parse(scalar(type, value)).get(0).inputs().get(0).data();

    assertThat(java.util.HexFormat.of().formatHex(remaining(data))).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UINT8 | 256      | $.inputs[0].data[0]: 256; expected a whole number from 0 to 255 (UINT8)
          INT8  | -129     | $.inputs[0].data[0]: -129; expected a whole number from -128 to 127 (INT8)
          INT16 | 32768    | $.inputs[0].data[0]: 32768; expected a whole number
          INT32 | 1.0      | $.inputs[0].data[0]: 1.0; expected a whole number
          INT64 | 9223372036854775808 | $.inputs[0].data[0]: 9223372036854775808; expected a whole
          FP16  | 65505    | $.inputs[0].data[0]: 65505; expected a finite number within FP16
          FP32  | 1e39     | $.inputs[0].data[0]: 1.0E39; expected a finite number within FP32
          FP64  | 1e999    | $.inputs[0].data[0]: Infinity; expected a finite number within FP64
          FP32  | null     | $.inputs[0].data[0]: null; expected a finite number
          FP32  | "1"      | $.inputs[0].data[0]: text '1'; expected a finite number
          BOOL  | 1        | $.inputs[0].data[0]: 1; expected true or false
          FP32  | NaN      | not JSON: Non-standard token 'NaN'
          FP32  | Infinity | not JSON: Non-standard token 'Infinity'
          BF16  | 1        | $.inputs[0].datatype: BF16 has no JSON form; send FP32; expected one of
          UINT16 | 65536   | $.inputs[0].data[0]: 65536; expected a whole number from 0 to 65535 (UINT16)
          UINT64 | -1      | $.inputs[0].data[0]: -1; expected a whole number from 0 to
          BYTES | "a"      | $.inputs[0].datatype: BYTES is no tensor of numbers
          fp32  | 1        | $.inputs[0].datatype: text 'fp32' is no data type; expected one of [BOOL
          """)
  void refusesValuesThatTheTypeCannotHold(String type, String value, String message) {
    assertRefused(scalar(type, value), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                    | $: empty; expected a message
          nonsense                              | not JSON: Unrecognized token 'nonsense'
          {"inputs": [                          | not JSON: Unexpected end-of-input
          {} {}                                 | $.inputs: missing; expected an array of at least one
          [1]                                   | $: an array of 1; expected a JSON object
          {"a": 1, "a": 2}                      | not JSON: Duplicate field 'a'
          {"instances": [[1]]}                  | $.inputs: missing; expected an array of at least one
          {"inputs": []}                        | $.inputs: an array of 0; expected an array of at
          {"inputs": [3]}                       | $.inputs[0]: 3; expected a tensor object
          {"inputs": [{"shape": [1]}]}          | $.inputs[0].name: missing; expected the input's name
          {"inputs": [{"name": "x"}]}           | $.inputs[0].datatype: missing; expected the name
          {"parameters": 1}                     | $.parameters: 1; expected an object
          """)
  void refusesWhatIsNoRequest(String payload, String message) {
    assertRefused(payload, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [2]      | [1]             | $.inputs[0].data: an array of 1; expected an array of 2 for shape [2]
          [1,2]    | [[1,2],[3,4]]   | $.inputs[0].data: an array of 2; expected an array of 1 for shape
          [2,2]    | [[1,2],[3]]     | $.inputs[0].data[1]: an array of 1; expected an array of 2
          [2,2]    | [[1,2],3]       | $.inputs[0].data[1]: 3; expected an array of 2
          [2]      | [1,[2]]         | $.inputs[0].data[1]: an array of 1; expected a finite number
          [1]      | {}              | $.inputs[0].data: an object; expected an array of 1
          []       | [1]             | $.inputs[0].shape: an array of 0; expected an array of 1 to 16
          [0]      | []              | $.inputs[0].shape[0]: 0; expected a whole number of at least 1
          [-1]     | [1]             | $.inputs[0].shape[0]: -1; expected a whole number of at least 1
          [1.5]    | [1]             | $.inputs[0].shape[0]: 1.5; expected a whole number
          [99999999999999999999] | [1] | $.inputs[0].shape[0]: 99999999999999999999; expected a whole
          [4294967296,4294967296] | [1] | $.inputs[0].shape: more elements than the payload can
          [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1] | [1] | $.inputs[0].shape: an array of 17; expected
          """)
  void refusesDataThatDoesNotFitItsShape(String shape, String data, String message) {
    String payload =
        """
        {"inputs": [{"name": "x", "shape": %s, "datatype": "FP32", "data": %s}]}"""
            .formatted(shape, data);

    assertRefused(payload, message);
  }

  @Test
  void refusesInputsOfUnequalBatch() {
    assertRefused(
        TWO_ROWS.replace("[2], \"datatype\": \"INT64\"", "[1, 2], \"datatype\": \"INT64\""),
        "n: batch of 1, but x has one of 2; expected equal batches");
  }

  @Test
  void refusesInputsOfOneName() {
    assertRefused(
        TWO_ROWS.replace("\"n\"", "\"x\""),
        "$.inputs[1].name: 'x' is already the name of another input; expected distinct names");
  }

  @Test
  void refusesBinaryTensorDataThatIsNotThere() {
    String payload =
        """
        {"inputs": [{"name": "x", "shape": [1], "datatype": "FP32",
                     "parameters": {"binary_data_size": 4}}]}""";

    assertRefused(payload, "$.inputs[0].parameters.binary_data_size: 4; but 0 bytes are left");
  }

  @Test
  void refusesDeepNestingInBoundedMemory() {
    assertRefused(
        scalar("FP32", "[".repeat(200_000)), "not JSON: Document nesting depth (65) exceeds");
  }

  @Test
  void refusesNumbersOfAbsurdLength() {
    assertRefused(scalar("FP32", "9".repeat(100_000)), "not JSON: Number value length");
  }

  @ParameterizedTest
  @CsvSource({"3, 3", "'\"3\"', 3", "-0.5, -0.5", "'\"0.25\"', 0.25"})
  void readsALabel(String label, double value) throws MalformedSampleException {
    assertThat(parse(labelled(label)).get(0).label()).containsExactly(value);
  }

  @Test
  void readsALabelForEachOfSeveralOutputs() throws MalformedSampleException {
    assertThat(parse(labelled("\"0, 1,1\"")).get(0).label()).containsExactly(0.0, 1.0, 1.0);
  }

  @ParameterizedTest
  @CsvSource({"true", "'\"\"'", "'\"cat\"'", "'\"1,,2\"'", "'\"NaN\"'", "1e999", "[1]", "{}"})
  void refusesLabelsThatAreNoNumbers(String label) {
    assertRefused(labelled(label), "$.parameters.label: ");
  }

  @Test
  void refusesOneLabelForSeveralRows() {
    assertRefused(
        TWO_ROWS.replace("\"model_version\": \"12\"", "\"label\": 1"),
        "parameters.label: one label for 2 rows; expected a request of one row");
  }

  @Test
  void keepsParametersThatAreTextNumbersOrTruthValues() throws MalformedSampleException {
    String parameters =
        """
        {"region": "eu", "tenant": 17, "rate": 0.5, "beta": true, "none": null, "list": [1], "map": {}}
        """;
    String payload =
        "{\"parameters\":%s,\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";
    assertThat(parse(payload.formatted(parameters)))
        .hasSize(2)
        .extracting(InferenceSample::parameters)
        .containsOnly(Map.of("region", "eu", "tenant", "17", "rate", "0.5", "beta", "true"));
  }

  @Test
  void keepsNothingThatTheRequestDoesNotSay() throws MalformedSampleException {
    InferenceSample sample = parse(scalar("FP32", "1")).get(0);

    assertThat(sample.id()).isNull();
    assertThat(sample.label()).isNull();
    assertThat(sample.modelVersion()).isNull();
    assertThat(sample.served()).isEmpty();
  }

  @Test
  void splitsServedOutputsIntoTheRowsOfTheInputs() throws MalformedSampleException {
    List<InferenceSample> samples =
        parse(
            answered(
                """
                {"name": "wish"},
                {"name": "y", "shape": [2, 3], "datatype": "FP32", "data": [1, 2, 3, 4, 5, 6]},
                {"name": "z", "shape": [2], "datatype": "INT64", "data": [7, 8]}"""));

    assertThat(samples.get(1).served()).extracting(Tensor::name).containsExactly("y", "z");
    assertThat(samples.get(1).served().get(0).values()).containsExactly(4, 5, 6);
    assertThat(samples.get(0).served().get(1).values()).containsExactly(7);
    assertThat(samples.get(0).inputs()).isEqualTo(parse(TWO_ROWS).get(0).inputs());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"name": "t", "shape": [2], "datatype": "BYTES", "data": ["cat", "dog"]}
          {"name": "t", "shape": [1, 2], "datatype": "FP32", "data": [1, 2]}
          {"name": "t", "shape": [2, 2], "datatype": "FP32", "data": [1, 2]}
          {"name": "t", "shape": [2, 1000000000], "datatype": "FP32", "data": [1, 2]}
          {"name": "t", "shape": [2], "datatype": "FP32", "data": [1, "NaN"]}
          {"name": "t", "data": 7}
          """)
  void keepsThePlaceOfAServedOutputThatItCannotRead(String output) throws MalformedSampleException {
    String readable = "{\"name\": \"y\", \"shape\": [2], \"datatype\": \"FP32\", \"data\": [1, 2]}";

    List<Tensor> served = parse(answered(output + "," + readable)).get(1).served();

    assertThat(served).extracting(Tensor::name).containsExactly("t", "y");
    assertThat(served).extracting(Tensor::elements).containsExactly(0L, 1L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          null
          3
          []
          {}
          ["y", null, 3]
          [{"name": "y", "data": null}]
          [{"name": "y", "parameters": {"binary_data_size": 12}}]
          """)
  void takesARequestForOutputsForNoAnswer(String outputs) throws MalformedSampleException {
    String payload = TWO_ROWS.replace("[{\"name\": \"y\"}]", outputs);

    assertThat(parse(payload)).isEqualTo(parse(TWO_ROWS));
  }

  /** A response joined with {@link #TWO_ROWS}. */
  private static String answered(String outputs) {
    return TWO_ROWS.replace("{\"name\": \"y\"}", outputs);
  }

  private static String scalar(String type, String value) {
    return """
        {"inputs": [{"name": "x", "shape": [1], "datatype": "%s", "data": [%s]}]}"""
        .formatted(type, value);
  }

  private static String labelled(String label) {
    return """
        {"parameters": {"label": %s}, "inputs": [
          {"name": "x", "shape": [1, 2], "datatype": "INT32", "data": [[1, 2]]}]}"""
        .formatted(label);
  }

  private List<InferenceSample> parse(String payload) throws MalformedSampleException {
    return reader.read(bytes(payload));
  }

  private void assertRefused(String payload, String message) {
    assertThatExceptionOfType(MalformedSampleException.class)
        .isThrownBy(() -> parse(payload))
        .withMessageStartingWith(message);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] remaining(ByteBuffer data) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return bytes;
  }
}
