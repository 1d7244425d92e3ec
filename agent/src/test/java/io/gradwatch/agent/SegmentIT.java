package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.Shift;
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

/** Two segments of the digits' model against a real broker; the digits of one of them rotate. */
class SegmentIT {
  private static final String TOPIC = "inference.digits";
  private static final int PARTITIONS = 2;
  private static final int QUIET_WINDOWS = 52;
  private static final int WINDOWS = QUIET_WINDOWS + 25;
  private static final int RECORDS = 200;
  private static final long SIZE = 10_000;

  /** Recent, for a broker deletes records beyond its retention. */
  private final Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(1_200);

  @TempDir private Path directory;

  @Test
  void alarmsForTheSegmentThatDriftsAndForNoOther() throws Exception {
    // Given
    try (AnyBroker broker = AnyBroker.start()) {
      String servers = broker.bootstrapServers();
      broker.createTopic(TOPIC, PARTITIONS);
      send(servers);

      // When
      try (Agent agent = Agent.start(config(servers), InstantSource.system())) {
        assertThat(agent.port()).isPositive();
        await()
            .atMost(Duration.ofMinutes(2))
            .until(() -> readings(servers, "digits@us").size() >= WINDOWS - 2);
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> readings(servers, "digits@eu").size() >= WINDOWS - 2);
      }

      // Then
      List<DriftReading> drifting = readings(servers, "digits@eu");
      assertThat(drifting)
          .as("of the last one: %s", drifting.get(drifting.size() - 1).reason())
          .extracting(DriftReading::status)
          .contains(DriftStatus.STABLE);
      assertThat(drifting)
          .filteredOn(reading -> reading.status() == DriftStatus.DRIFT)
          .isNotEmpty()
          .allMatch(reading -> reading.start() >= windowStart(QUIET_WINDOWS));
      assertThat(readings(servers, "digits@us"))
          .extracting(DriftReading::status)
          .contains(DriftStatus.STABLE)
          .doesNotContain(DriftStatus.DRIFT);
    }
  }

  private long windowStart(int number) {
    return start.toEpochMilli() + number * SIZE;
  }

  private void send(String servers) throws Exception {
    DigitRequests digits =
        new DigitRequests(DigitFile.heldOut(Program.home().resolve("demo/digits.csv.gz")), 7);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "linger.ms", 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < WINDOWS * RECORDS; i++) {
        boolean europe = i % 2 == 0;
        boolean rotated = europe && i >= QUIET_WINDOWS * RECORDS;
        long time = start.toEpochMilli() + i * SIZE / RECORDS;
        ProducerRecord<byte[], byte[]> record =
            new ProducerRecord<>(
                TOPIC,
                i / 2 % PARTITIONS,
                time,
                null,
                digits.body(i, rotated ? Shift.ROTATED : Shift.NONE));
        record.headers().add("region", (europe ? "eu" : "us").getBytes(StandardCharsets.UTF_8));
        var unused = producer.send(record);
      }
      producer.flush();
    }
  }

  private static List<DriftReading> readings(String servers, String model) {
    return ExpectedWindows.values(servers, "gradwatch.drift", DriftReading.class).stream()
        .filter(reading -> reading.model().equals(model))
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
            segments: {header: region, values: [eu, us]}
        """
            .formatted(servers, directory, Program.home().resolve("demo/digits.pt"), TOPIC),
        "test",
        Map.of());
  }
}
