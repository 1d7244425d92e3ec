package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.Traffic;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.topology.WindowOutcome;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent in this process against a real broker, with a real model and real digits. */
class AgentIT {
  private static final String TOPIC = "inference.digits";
  private static final int PARTITIONS = 3;
  private static final int K = 64;
  private static final long SIZE = 10_000;

  /** Recent, for a broker deletes records beyond its retention; in the middle of a window. */
  private final Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(1_795);

  @TempDir private Path directory;

  @Test
  void turnsTrafficIntoOneOutcomeAWindowWithTheSampleThatItsOffsetsSay() throws Exception {
    // Given
    try (AnyBroker broker = AnyBroker.start()) {
      String servers = broker.bootstrapServers();
      broker.createTopic(TOPIC, PARTITIONS);
      DigitRequests digits =
          new DigitRequests(DigitFile.heldOut(Program.home().resolve("demo/digits.csv.gz")), 7);
      byte[] broken = "{\"inputs\": 3}".getBytes(StandardCharsets.UTF_8);
      try (Traffic traffic = Traffic.to(servers, TOPIC, digits, InstantSource.system())) {
        traffic.history(start, start.plusSeconds(100), 30);
        send(servers, broken, start.plusSeconds(101));
        traffic.history(start.plusSeconds(101), start.plusSeconds(135), 30);
      }

      // When
      try (Agent agent = Agent.start(config(servers), InstantSource.system())) {
        SortedMap<Long, String> expected = ExpectedWindows.digests(servers, TOPIC, SIZE, K);
        expected.remove(expected.firstKey()); // nobody saw it whole
        await()
            .atMost(Duration.ofSeconds(90))
            .until(() -> outcomes(servers).size() >= expected.size());

        // Then
        List<WindowOutcome> all = outcomes(servers);
        assertThat(all.subList(expected.size(), all.size()))
            .as("the silence until now")
            .allMatch(outcome -> "too-few".equals(outcome.skipped()));
        List<WindowOutcome> outcomes = all.subList(0, expected.size());
        assertThat(outcomes)
            .extracting(WindowOutcome::start)
            .containsExactlyElementsOf(expected.keySet());
        for (WindowOutcome outcome : outcomes) {
          ImportanceSnapshot snapshot = Objects.requireNonNull(outcome.snapshot());
          // The broken record takes no place, so the window that holds it has another sample.
          if (outcome.start() != start.plusSeconds(95).toEpochMilli()) {
            assertThat(snapshot.digest()).isEqualTo(expected.get(outcome.start()));
          }
          assertThat(snapshot.samples()).isEqualTo(K);
        }
        assertThat(readings(servers)).hasSameSizeAs(outcomes);
        assertThatTheBrokenRecordIsADeadLetter(servers, broken);
        assertThatMetricsAnswerInBothFormats(agent.port());
      }
    }
  }

  private void assertThatTheBrokenRecordIsADeadLetter(String servers, byte[] broken) {
    List<ConsumerRecord<String, byte[]>> letters =
        ExpectedWindows.all(servers, "gradwatch.dead-letters", new ByteArrayDeserializer());
    assertThat(letters).hasSize(1);
    assertThat(letters.get(0).value()).isEqualTo(broken);
    byte[] reason = letters.get(0).headers().lastHeader("gradwatch.reason").value();
    assertThat(new String(reason, StandardCharsets.UTF_8)).isEqualTo("malformed");
  }

  private static void assertThatMetricsAnswerInBothFormats(int port) throws Exception {
    for (String type : List.of("text/plain", "application/openmetrics-text")) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
              .header("Accept", type + ";version=1.0.0")
              .build();
      var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
      assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith(type);
      assertThat(response.body())
          .contains("gradwatch_samples_refused_total{model=\"digits\",reason=\"malformed\"} 1.0")
          .contains("gradwatch_drift_status{model=\"digits\",status=\"calibrating\"} 1.0")
          .contains("kafka_consumer_fetch_manager_records_lag_max");
    }
  }

  private static void send(String servers, byte[] value, Instant eventTime) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(TOPIC, 0, eventTime.toEpochMilli(), null, value)).get();
    }
  }

  private static List<WindowOutcome> outcomes(String servers) {
    return ExpectedWindows.values(servers, "gradwatch.importance", WindowOutcome.class);
  }

  private static List<DriftReading> readings(String servers) {
    return ExpectedWindows.values(servers, "gradwatch.drift", DriftReading.class);
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
        models:
          - name: digits
            path: %s
            topics: [%s]
            start-from: earliest
            window: 10s
            samples: %d
            grace: 1s
            idle-timeout: 2s
            micro-batch: 16
        """
            .formatted(servers, directory, Program.home().resolve("demo/digits.pt"), TOPIC, K),
        "test",
        Map.of());
  }
}
