package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.sample.payload.PayloadReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class SelectionDoctorTest {
  private static final String TENSOR =
      "[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[%s]}]";

  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  private static List<ModelSettings> segments(String entries) {
    String yaml =
        "kafka: {bootstrap.servers: 'none:9092'}\nmodels: [{name: m, path: m.pt, topics: [t], %s}]"
            .formatted(entries);
    return GradwatchConfig.parse(yaml, "test", Map.of()).models();
  }

  private void record(String key, String parameters, String outputs) {
    String json =
        "{\"parameters\":{%s},\"inputs\":%s,\"outputs\":%s}"
            .formatted(parameters, TENSOR.formatted("1,2"), outputs);
    records.add(new ConsumerRecord<>("t", 0, records.size(), bytes(key), bytes(json)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private List<Finding> examine(String entries) {
    return SelectionDoctor.examine(segments(entries), PayloadReader.AUTO, records);
  }

  @Test
  void findsNothingWhereNothingIsAskedOrNothingIsThere() {
    record("a", "", "[]");
    assertThat(examine("window: 5m")).isEmpty();
    records.clear();
    assertThat(examine("match: [{key: a}]")).isEmpty();
  }

  @Test
  void saysHowManyRecordsMatch() {
    record("a", "", "[]");
    record("b", "", "[]");
    assertThat(examine("match: [{key: a}]"))
        .containsExactly(
            new Finding(true, "match of model m", "1 of the 2 newest records match by key"));
    assertThat(examine("match: [{header: service, values: a}, {key: a}]"))
        .containsExactly(
            new Finding(
                false,
                "match of model m",
                "0 of the 2 newest records match by header service and key; look at what producers"
                    + " send, or correct match"));
  }

  @Test
  void saysHowManyRecordsAreInEachSegmentAndWhatTheOthersLack() {
    record("a", "\"region\":\"eu\"", "[]");
    record("a", "\"region\":\"us\"", "[]");
    record("a", "\"region\":\"us\"", "[]");
    record("a", "\"region\":\"apac\"", "[]");
    record("a", "", "[]");
    assertThat(examine("segments: {parameter: region, values: [eu, us]}"))
        .containsExactly(
            new Finding(
                true,
                "segments of model m",
                "of the 5 newest records m@eu has 1, m@us has 2; 1 with another parameter region, 1"
                    + " without"));
  }

  @Test
  void isBadWhereNoRecordCarriesAnAnswer() {
    record("a", "", "[]");
    assertThat(examine("segments: {predicted-class: [0, 1]}"))
        .containsExactly(
            new Finding(
                false,
                "segments of model m",
                "of the 1 newest records m@0 has 0, m@1 has 0; 0 with another predicted class, 1"
                    + " without; look at what producers send, or correct segments"));
    record("a", "", TENSOR.formatted("0.2,0.8"));
    assertThat(examine("segments: {predicted-class: [0, 1]}"))
        .singleElement()
        .extracting(Finding::good)
        .isEqualTo(true);
  }
}
