package io.gradwatch.sample.payload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each payload of the corpus is read as the specification that it was written from says. */
class CorpusTest {
  static List<Corpus.Entry> entries() {
    return Corpus.entries();
  }

  @ParameterizedTest
  @MethodSource("entries")
  void readsWhatThePayloadHolds(Corpus.Entry entry) throws MalformedSampleException {
    List<InferenceSample> samples = entry.reader().read(entry.payload());

    JsonNode rows = entry.expected().path("rows");
    assertThat(samples).hasSize(rows.size());
    for (int row = 0; row < rows.size(); row++) {
      assertInputs(samples.get(row), rows.get(row));
      assertBeside(samples.get(row), entry.expected());
    }
  }

  @Test
  void holdsEveryFormatAndEveryDataType() {
    List<String> names = Corpus.entries().stream().map(Corpus.Entry::name).toList();
    for (WireType type : WireType.values()) {
      String kind = type.name().toLowerCase(java.util.Locale.ROOT);
      assertThat(names).contains("protobuf-raw-" + kind + ".bin");
      if (type != WireType.BF16) {
        assertThat(names).contains("open-inference-" + kind + ".json");
      }
    }
    assertThat(names).hasSizeGreaterThan(70);
  }

  @Test
  void readsTheAnswerOfAResponseOnItsOwn() throws MalformedSampleException {
    for (Corpus.Entry entry : Corpus.entries()) {
      if (entry.expected().path("response").asBoolean() && !entry.name().contains("error")) {
        InferenceMessage message = entry.reader().message(entry.payload());

        assertThat(message.isResponse()).as(entry.name()).isTrue();
        assertThat(message.outputs()).as(entry.name()).hasSize(1);
        assertThat(message.outputs().get(0).elements().rows()).isEqualTo(2);
      }
    }
  }

  private static void assertInputs(InferenceSample sample, JsonNode inputs) {
    List<String> found = new ArrayList<>();
    for (Tensor tensor : sample.inputs()) {
      List<Double> values = new ArrayList<>();
      for (double value : tensor.values()) {
        values.add(value);
      }
      found.add("%s %s %s %s".formatted(tensor.name(), tensor.type(), tensor.shape(), values));
    }
    List<String> expected = new ArrayList<>();
    for (JsonNode input : inputs) {
      List<Long> shape = new ArrayList<>();
      input.get(2).forEach(extent -> shape.add(extent.asLong()));
      List<Double> values = new ArrayList<>();
      input.get(3).forEach(value -> values.add(value.asDouble()));
      expected.add(
          "%s %s %s %s".formatted(input.get(0).asText(), input.get(1).asText(), shape, values));
    }
    assertThat(found).isEqualTo(expected);
  }

  private static void assertBeside(InferenceSample sample, JsonNode expected) {
    assertThat(sample.id()).isEqualTo(expected.has("id") ? expected.path("id").asText() : null);
    assertThat(sample.modelVersion())
        .isEqualTo(expected.has("version") ? expected.path("version").asText() : null);
    expected
        .path("parameters")
        .properties()
        .forEach(
            parameter ->
                assertThat(sample.parameters())
                    .containsEntry(parameter.getKey(), parameter.getValue().asText()));
  }
}
