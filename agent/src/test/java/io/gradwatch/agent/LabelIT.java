package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.Shift;
import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels of a topic of their own change their meaning, against a real broker. */
class LabelIT {
  private static final String TOPIC = "inference.digits";
  private static final String LABELS = "digits.labels";
  private static final int QUIET_WINDOWS = 52;
  private static final int WINDOWS = QUIET_WINDOWS + 25;
  private static final int RECORDS = 100;
  private static final long SIZE = 10_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Recent, for a broker deletes records beyond its retention. */
  private final Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(1_200);

  @TempDir private Path directory;

  @Test
  void alarmsOnTheConceptAndNotOnTheTraffic() throws Exception {
    // Given
    try (AnyBroker broker = AnyBroker.start()) {
      String servers = broker.bootstrapServers();
      broker.createTopic(TOPIC, 2);
      broker.createTopic(LABELS, 3);
      send(servers);

      // When
      try (Agent agent = Agent.start(config(servers), InstantSource.system())) {
        assertThat(agent.port()).isPositive();
        await()
            .atMost(Duration.ofMinutes(2))
            .until(() -> readings(servers, DriftKind.CONCEPT).size() >= WINDOWS - 2);
      }

      // Then
      List<DriftReading> concept = readings(servers, DriftKind.CONCEPT);
      assertThat(concept)
          .as("of the last one: %s", concept.get(concept.size() - 1).reason())
          .extracting(DriftReading::status)
          .contains(DriftStatus.STABLE);
      assertThat(concept)
          .filteredOn(reading -> reading.status() == DriftStatus.DRIFT)
          .isNotEmpty()
          .allMatch(reading -> reading.start() >= start.toEpochMilli() + QUIET_WINDOWS * SIZE);
      assertThat(readings(servers, DriftKind.TRAFFIC))
          .extracting(DriftReading::status)
          .contains(DriftStatus.STABLE)
          .doesNotContain(DriftStatus.DRIFT);
    }
  }

  /** Requests without labels, and their labels under the same ids; in the end 5 more than true. */
  private void send(String servers) throws Exception {
    DigitRequests digits =
        new DigitRequests(DigitFile.heldOut(Program.home().resolve("demo/digits.csv.gz")), 7);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "linger.ms", 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < WINDOWS * RECORDS; i++) {
        long time = start.toEpochMilli() + i * SIZE / RECORDS;
        ObjectNode request = (ObjectNode) JSON.readTree(digits.body(i, Shift.NONE));
        int digit = request.path("parameters").path("label").asInt();
        request.remove("parameters");
        int label = i < QUIET_WINDOWS * RECORDS ? digit : (digit + 5) % 10;
        var unused =
            producer.send(
                new ProducerRecord<>(TOPIC, i % 2, time, null, JSON.writeValueAsBytes(request)));
        var unusedToo =
            producer.send(
                new ProducerRecord<>(
                    LABELS,
                    request.path("id").asText().getBytes(StandardCharsets.UTF_8),
                    JSON.writeValueAsBytes(label)));
      }
      producer.flush();
    }
  }

  private static List<DriftReading> readings(String servers, DriftKind kind) {
    return ExpectedWindows.values(servers, "gradwatch.drift", DriftReading.class).stream()
        .filter(reading -> reading.kind() == kind)
        .toList();
  }

  private GradwatchConfig config(String servers) {
    return GradwatchConfig.parse(
        """
        kafka:
          bootstrap.servers: %s
        listen: 127.0.0.1:0
        state-dir: %s
        partitions: 2
        replication-factor: 1
        duty-cycle: 1
        max-pending: 100
        warnings: 50%% in 20 windows
        models:
          - name: digits
            path: %s
            topics: [%s]
            start-from: earliest
            window: 10s
            samples: 64
            grace: 1s
            idle-timeout: 2s
            micro-batch: 16
            methods: taylor
            cycle: 10s
            baseline-windows: 40
            false-alarms: 10%% in 200 windows
            label-samples: 64
            labels-topic: %s
            label-wait: 5s
        """
            .formatted(servers, directory, Program.home().resolve("demo/digits.pt"), TOPIC, LABELS),
        "test",
        Map.of());
  }
}
