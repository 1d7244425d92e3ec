package io.gradwatch.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gradwatch.demo.Digit;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.Shift;
import io.gradwatch.importance.Parity;
import io.gradwatch.topology.WindowOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The installed agent, killed in the middle of a window whose responses are joined. */
class KilledJoinIT {
  private static final String REQUESTS = "requests";
  private static final String RESPONSES = "responses";
  private static final int RECORDS = 60;
  private static final int K = 32;
  private static final long SIZE = 10_000;
  private static final int WINDOWS = 6;

  /** Records before the agent is killed: two windows and a half. */
  private static final int BEFORE = RECORDS * 5 / 2;

  private static final String RESPONSE = "{\"predictions\": [[0, 1, 0, 0, 0, 0, 0, 0, 0, 0]]}";

  /** Recent, for a broker deletes records beyond its retention. */
  private final Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(1_200);

  @TempDir private Path directory;

  @Test
  void everyWindowComesOnceWithAllOfItsResponses() throws Exception {
    try (AnyBroker broker = AnyBroker.start()) {
      String servers = broker.bootstrapServers();
      broker.createTopic(REQUESTS, 2);
      broker.createTopic(RESPONSES, 2);
      Path config = directory.resolve("gradwatch.yaml");
      Files.writeString(config, config(servers));
      send(servers, 0, BEFORE);
      try (Program agent =
          Program.start(directory.resolve("agent.log"), "run", "-c", config.toString())) {
        await().atMost(Duration.ofMinutes(2)).until(() -> !outcomes(servers).isEmpty());

        agent.kill();
      }
      send(servers, BEFORE, (WINDOWS + 1) * RECORDS);
      List<WindowOutcome> outcomes;
      try (Program agent =
          Program.start(directory.resolve("again.log"), "run", "-c", config.toString())) {
        assertThat(agent.isAlive()).isTrue();
        await().atMost(Duration.ofMinutes(2)).until(() -> outcomes(servers).size() >= WINDOWS - 1);
        agent.terminate();
        assertThat(agent.exitCode(60)).isZero();
        outcomes = outcomes(servers);
      }

      // The first window of a start is dropped, the last one is still open.
      assertThat(outcomes)
          .extracting(WindowOutcome::start)
          .containsExactlyElementsOf(
              LongStream.range(1, WINDOWS)
                  .map(i -> start.toEpochMilli() + i * SIZE)
                  .boxed()
                  .toList());
      assertThat(outcomes)
          .allSatisfy(
              outcome -> {
                Parity parity =
                    Objects.requireNonNull(Objects.requireNonNull(outcome.snapshot()).parity());
                assertThat(parity.samples()).as("rows with a response").isEqualTo(K);
              });
    }
  }

  /** Records of both topics, from one number to another. */
  private void send(String servers, int from, int to) throws Exception {
    List<Digit> digits = DigitFile.heldOut(Program.home().resolve("demo/digits.csv.gz"));
    DigitRequests requests = new DigitRequests(digits, 7);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "linger.ms", 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = from; i < to; i++) {
        long time = start.toEpochMilli() + i * SIZE / RECORDS;
        byte[] id = ("e-" + i).getBytes(UTF_8);
        byte[] request = requests.body(i, Shift.NONE);
        var unused = producer.send(new ProducerRecord<>(REQUESTS, i % 2, time, id, request));
        var unusedToo =
            producer.send(
                new ProducerRecord<>(
                    RESPONSES, i / 2 % 2, time + 400, id, RESPONSE.getBytes(UTF_8)));
      }
      producer.flush();
    }
  }

  private static List<WindowOutcome> outcomes(String servers) {
    return ExpectedWindows.values(servers, "gradwatch.importance", WindowOutcome.class);
  }

  private String config(String servers) {
    return """
        kafka:
          bootstrap.servers: %s
          session.timeout.ms: 6000
        listen: 127.0.0.1:0
        state-dir: %s
        partitions: 1
        replication-factor: 1
        duty-cycle: 1
        models:
          - name: digits
            path: %s
            topics: [%s]
            join: {id: key, response-topics: [%s]}
            start-from: earliest
            window: 10s
            samples: %d
            grace: 1s
            idle-timeout: 5m
            micro-batch: 16
            methods: taylor
        """
        .formatted(
            servers,
            directory.resolve("state"),
            Program.home().resolve("demo/digits.pt"),
            REQUESTS,
            RESPONSES,
            K);
  }
}
