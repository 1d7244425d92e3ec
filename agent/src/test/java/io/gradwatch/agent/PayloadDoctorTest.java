package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class PayloadDoctorTest {
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  private void record(String json) {
    byte[] value = json.getBytes(StandardCharsets.UTF_8);
    records.add(new ConsumerRecord<>("t", 0, records.size(), null, value));
  }

  private List<Finding> examine(String entries) {
    String yaml =
        "kafka: {bootstrap.servers: 'none:9092'}\nmodels: [{name: m, path: m.pt, topics: [t], %s}]";
    ModelSettings model =
        GradwatchConfig.parse(yaml.formatted(entries), "test", Map.of()).models().get(0);
    return PayloadDoctor.examine(model, Readers.of(model), records);
  }

  @Test
  void saysNothingWithoutRecords() {
    assertThat(examine("window: 5m")).isEmpty();
  }

  @Test
  void saysWhatArrivesAndWhatTheModelGets() {
    record("{\"predictions\": [1]}");
    record("{\"instances\": [{\"age\": 3, \"amount\": 2.5}, {\"age\": 4, \"amount\": 1}]}");
    String inputs = "inputs: [{name: x, from: [amount, age], shape: [-1, 1, 2]}]";

    assertThat(examine(inputs))
        .containsExactly(
            new Finding(
                true,
                "payload of model m",
                "of the 2 newest records 1 are requests, 1 responses, 0 refused; the newest request"
                    + " has 2 rows of the columns [age, amount] and gives 2 samples of x FP32 [1, 2]"));
  }

  @Test
  void saysWhatKeepsRecordsFromBeingRead() {
    record("{\"instances\": [{\"age\": 3}]}");

    assertThat(examine("inputs: [{name: x, from: [agee]}]"))
        .containsExactly(
            new Finding(
                false,
                "payload of model m",
                "of the 1 newest records 0 are requests, 0 responses, 1 refused; refused: no 'agee'"
                    + " among age; expected what inputs[].from names: look at what producers send,"
                    + " or correct format, avro-schema or inputs"));
  }

  @Test
  void isBadWhereOnlyResponsesCome() {
    record("{\"predictions\": [1]}");

    assertThat(examine("window: 5m"))
        .containsExactly(
            new Finding(
                false,
                "payload of model m",
                "of the 1 newest records 0 are requests, 1 responses, 0 refused; expected requests:"
                    + " are these the right topics?"));
  }
}
