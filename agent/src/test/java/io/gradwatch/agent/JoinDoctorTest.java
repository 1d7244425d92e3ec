package io.gradwatch.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.sample.payload.PayloadReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JoinDoctorTest {
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  private List<Finding> examine(String join) {
    String yaml =
        "kafka: {bootstrap.servers: 'none:9092'}\nmodels: [{name: m, path: m.pt, topics: [in], %s}]"
            .formatted(join);
    ModelSettings model = GradwatchConfig.parse(yaml, "test", Map.of()).models().get(0);
    return JoinDoctor.examine(model, PayloadReader.AUTO, records);
  }

  private void record(String topic, @Nullable String key, String value) {
    records.add(
        new ConsumerRecord<>(
            topic,
            0,
            records.size(),
            key == null ? null : key.getBytes(UTF_8),
            value.getBytes(UTF_8)));
  }

  private void request(@Nullable String key) {
    record("in", key, "{\"instances\": [[1, 2]]}");
  }

  private void response(String topic, String key) {
    record(topic, key, "{\"predictions\": [1]}");
  }

  @Test
  void findsNothingWhereNothingIsJoinedOrNothingIsThere() {
    assertThat(examine("join: {id: key}")).isEmpty();
    request("a");
    assertThat(examine("window: 5m")).isEmpty();
  }

  @Test
  void saysWhichIdAndHowManyFoundTheirPartner() {
    request("a");
    request("b");
    request("c");
    request(null);
    response("out", "b");
    response("out", "a");
    response("out", "x");

    assertThat(examine("join: {id: key, response-topics: [out]}"))
        .containsExactly(
            new Finding(
                true,
                "join of model m",
                "the id is the key; among the newest records are 4 requests, 1 without an id and 3"
                    + " responses; 2 requests found their response"));
  }

  @Test
  void saysWhatToDoWhenNoneDidOrIdsAreNoIds() {
    request("a");
    request("b");
    assertThat(examine("join: {id: key, response-topics: [out]}").get(0).found())
        .endsWith(
            "2 requests and 0 responses; 0 requests found their response; expected responses in"
                + " response-topics: correct it, or say responses: false");
    response("in", "c");
    assertThat(examine("join: {id: key}").get(0).found())
        .endsWith(
            "expected an id of its own for each request, and the same in its response: correct id");

    records.clear();
    for (int i = 0; i < 4; i++) {
      request("always the same");
      response("in", "always the same");
    }
    Finding finding = examine("join: {id: key}").get(0);
    assertThat(finding.good()).isFalse();
    assertThat(finding.found()).contains("4 requests, 3 with the id of another one");
  }

  @Test
  void saysThatAnIdInTheBodyCostsMore() {
    record(
        "in",
        null,
        "{\"id\":\"7\",\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}");
    assertThat(examine("join: {id: body, responses: false}"))
        .containsExactly(
            new Finding(
                true,
                "join of model m",
                "the id is the one in the body (every record is parsed for it: a header or the key"
                    + " costs less); among the newest records are 1 requests"));
  }
}
