package io.gradwatch.sample.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a payload is said in one line: where, what was found, what was expected. */
class RefusalsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"instances": []}                 | $.instances: an array of 0; expected an array of at least one sample
          {"instances": [[1, 2], [3]]}      | $.instances: more elements than the payload can hold
          {"instances": [[1, 2], [3], [4, 5, 6]]} | $.instances[1]: an array of 1; expected an array of 2, as its neighbours are
          {"instances": [["a"]]}            | $.instances[0][0]: text 'a'; expected a finite number
          {"instances": [{"b64": "AA=="}]}  | $.instances[0].b64: text 'AA=='; expected a finite number
          {"instances": [[9007199254740993]]} | $.instances[0][0]: 9007199254740993; expected a finite number, whole ones within 2^53
          {"dataframe_split": {"columns": ["a"], "data": [[1, 2]]}} | $.dataframe_split.data[0]: an array of 2; expected an array of 1
          {"dataframe_split": {"columns": ["a", "a"], "data": [[1, 2]]}} | $.dataframe_split.columns: a name twice
          {"dataframe_split": {}, "inputs": [1]} | $: has [dataframe_split, inputs]; expected exactly one
          {"dataframe_records": [{"a": 1}, {"b": 2}]} | $.dataframe_records[1].a: missing; expected a finite number
          {"a": 1} {"a": 2}                 | not JSON: Trailing bytes after the first value, 9 of them
          {"specversion": "0.3", "data": 1} | $.specversion: '0.3'; expected 1.0
          {"specversion": "1.0", "data_base64": "%%%%"} | $.data_base64: Illegal base64 character
          []                                | $: an array of 0; expected an array of numbers, an object
          true                              | no known format: neither JSON, NumPy nor protobuf
          """)
  void ofJson(String json, String message) {
    assertRefused(Payload.of(bytes(json)), message);
  }

  @Test
  void ofBytesInNoFormat() {
    assertRefused(Payload.of(new byte[] {(byte) 0xff, 1, 2}), "no known format: neither JSON");
    assertRefused(Payload.of(new byte[0]), "$: empty; expected a message");
  }

  @Test
  void ofAPayloadThatIsNotInTheFormatThatIsNamed() {
    PayloadReader numpy = new PayloadReader(PayloadFormat.NUMPY, null, InputMapping.NONE);

    assertThatExceptionOfType(MalformedSampleException.class)
        .isThrownBy(() -> numpy.read(bytes("[1]")))
        .withMessage("looks like protobuf; expected numpy, as the key format says");
  }

  @Test
  void ofJsonThatIsOneNumber() {
    PayloadReader mlflow = new PayloadReader(PayloadFormat.MLFLOW, null, InputMapping.NONE);

    assertThatExceptionOfType(MalformedSampleException.class)
        .isThrownBy(() -> mlflow.read(new byte[] {'2', 0}))
        .withMessage("$: 2; expected a JSON object or array");
  }

  @Test
  void ofAnArchiveThatUnpacksToMuchMore() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("x.npy"));
      zip.write(new byte[64 << 20]);
    }

    assertThat(bytes.size()).isLessThan(100_000);
    assertRefused(Payload.of(bytes.toByteArray()), "npz: 'x' is one too many; expected at most 64");
  }

  @Test
  void ofTensorsThatAskForMoreThanThereIs() {
    ByteBuffer npy = ByteBuffer.allocate(80);
    String header = "{'descr': '<f8', 'fortran_order': True, 'shape': (99999999, 99999999), }";
    npy.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) 70, 0});
    npy.put(bytes(header.substring(0, 70)));

    assertRefused(Payload.of(npy.array()), "npy");
  }

  @Test
  void ofAStructuredEventThatIsNoJson() {
    Map<String, byte[]> headers = Map.of("content-type", bytes("application/cloudevents+avro"));

    assertRefused(new Payload(bytes("Obj"), headers::get), "not JSON: Unrecognized token");
  }

  private static void assertRefused(Payload payload, String message) {
    assertThatExceptionOfType(MalformedSampleException.class)
        .isThrownBy(() -> PayloadReader.AUTO.read(payload))
        .withMessageStartingWith(message);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
