package io.gradwatch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.Needs;
import io.gradwatch.demo.EmbeddedBroker;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.payload.PayloadReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The Python servers of the examples, running: what they put into Kafka is what the agent reads.
 */
class ServersTest {
  private static final int MISSING_PACKAGE = 77;
  private static final List<String> PYTHONS = List.of("/usr/local/bin/python3", "/usr/bin/python3");
  private static final double[][] ROWS = {{1, 0.5, -2}, {0.25, 3, 1e-9f}};

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"fastapi", "torchserve"})
  void sendRequestsWithTheirAnswers(String server) throws Exception {
    String topic = "inference." + server;
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
      }
      JsonNode answer = served(server, broker.bootstrapServers());

      ConsumerRecord<String, byte[]> record = only(broker, topic);
      List<InferenceSample> samples = PayloadReader.AUTO.read(record.value());
      assertThat(samples).hasSize(ROWS.length);
      for (int row = 0; row < ROWS.length; row++) {
        InferenceSample sample = samples.get(row);
        assertThat(sample.id()).isEqualTo(record.key());
        assertThat(sample.inputs().get(0).values()).containsExactly(ROWS[row]);
        double[] outputs = sample.served().get(0).values();
        assertThat(outputs).hasSize(2);
        for (int k = 0; k < outputs.length; k++) {
          assertThat(outputs[k]).isCloseTo(answer.get(row).get(k).asDouble(), within(1e-6));
        }
      }
    }
  }

  /** What the server answered; skips the test where no Python has what it needs. */
  private JsonNode served(String server, String brokers) throws IOException, InterruptedException {
    String lacking = "";
    for (String python : PYTHONS) {
      Path output = folder.resolve("output");
      ProcessBuilder program =
          new ProcessBuilder(python, "src/test/python/servers.py", "../deploy/examples", server)
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      program.environment().put("KAFKA", brokers);
      program.environment().put("MODEL", folder.resolve("model.pt").toString());
      if (Files.isExecutable(Path.of(python))) {
        Process process = program.start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        String printed = Files.readString(output);
        if (process.exitValue() != MISSING_PACKAGE) {
          assertThat(process.exitValue()).isZero();
          return new ObjectMapper().readTree(printed);
        }
        lacking += "; " + python + ": " + printed.strip();
      }
    }
    Needs.that(
        false,
        "no Python has what the example needs, python3-torch, python3-fastapi and"
            + " python3-confluent-kafka of Debian"
            + lacking);
    throw new IllegalStateException(lacking);
  }

  private static ConsumerRecord<String, byte[]> only(EmbeddedBroker broker, String topic) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      consumer.poll(Duration.ofSeconds(30)).forEach(records::add);
    }
    assertThat(records).hasSize(1);
    return records.get(0);
  }
}
