package io.gradwatch.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelJsonTest {
  @ParameterizedTest
  @ValueSource(strings = {"3", "\"3\"", "[3]", "{\"label\": 3}", "{\"id\":\"a\",\"label\":\"3\"}"})
  void readsALabelInEveryForm(String json) throws MalformedSampleException {
    assertThat(parse(json)).containsExactly(3.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"0,1,1\"", "[0, 1, 1]", "{\"label\": [0,1,1]}"})
  void readsOneNumberAnOutput(String json) throws MalformedSampleException {
    assertThat(parse(json)).containsExactly(0.0, 1.0, 1.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "yes        | not JSON",
        "'\"yes\"'  | $: 'yes' is no finite number; expected a number",
        "{}         | $.label: missing; expected a number",
        "[]         | $: an array of 0; expected a number",
        "[\"1\"]    | $: text '1'; expected a number",
        "true       | $: true; expected a number",
        "1 2        | not JSON",
        "\"NaN\"    | $: 'NaN' is no finite number"
      })
  void refusesWhatIsNone(String json, String message) {
    assertThatExceptionOfType(MalformedSampleException.class)
        .isThrownBy(() -> parse(json))
        .withMessageStartingWith(message);
  }

  private static java.util.List<Double> parse(String json) throws MalformedSampleException {
    return LabelJson.parse(json.getBytes(StandardCharsets.UTF_8));
  }
}
