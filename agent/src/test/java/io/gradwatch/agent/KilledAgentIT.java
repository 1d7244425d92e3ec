package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.Traffic;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.topology.WindowOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The installed agent, killed again and again while traffic goes on: nothing lost, nothing twice,
 * no other sample.
 */
class KilledAgentIT {
  private static final String TOPIC = "inference.digits";
  private static final int PARTITIONS = 3;
  private static final int K = 64;
  private static final long SIZE = 10_000;
  private static final int MOST_WINDOWS = 500;
  private static final int KILLS = 4;
  private static final long SEED = 20260302;

  /** Recent, for a broker deletes records beyond its retention; in the middle of a window. */
  private final Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(7_195);

  @TempDir private Path directory;

  @Test
  void publishesEveryWindowOnceWithTheIdenticalSample() throws Exception {
    try (AnyBroker broker = AnyBroker.start()) {
      // Given
      String servers = broker.bootstrapServers();
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
        admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get();
      }
      Path config = directory.resolve("gradwatch.yaml");
      Files.writeString(config, config(servers));
      DigitRequests digits =
          new DigitRequests(DigitFile.heldOut(Program.home().resolve("demo/digits.csv.gz")), 7);
      Random random = new Random(SEED);

      // When
      try (Traffic traffic = Traffic.to(servers, TOPIC, digits, InstantSource.system())) {
        int sent = 0;
        for (int kill = 0; kill < KILLS; kill++) {
          try (Program agent =
              Program.start(directory.resolve("agent.log"), "run", "-c", config.toString())) {
            // Killed in the middle of its work, not before it has begun.
            int before = outcomes(servers).size();
            while (outcomes(servers).size() == before) {
              assertThat(agent.isAlive()).as(agent.output()).isTrue();
              assertThat(sent).as("windows without an outcome").isLessThan(MOST_WINDOWS);
              window(traffic, sent++);
              TimeUnit.MILLISECONDS.sleep(500); // traffic takes its time
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
            window(traffic, sent++);
            agent.kill();
          }
        }
        try (Program agent =
            Program.start(directory.resolve("agent.log"), "run", "-c", config.toString())) {
          for (int last = 0; last < 5; last++) {
            window(traffic, sent++);
          }
          SortedMap<Long, String> expected = closed(servers);
          await()
              .atMost(Duration.ofSeconds(120))
              .pollInterval(Duration.ofSeconds(1))
              .until(() -> digests(servers).size() >= expected.size());
          TimeUnit.SECONDS.sleep(2); // anything that came twice would come now
          assertThat(agent.isAlive()).isTrue();
        }

        // Then
        List<WindowOutcome> outcomes = outcomes(servers);
        SortedMap<Long, String> expected = closed(servers);
        assertThat(outcomes)
            .extracting(WindowOutcome::start)
            .containsExactlyElementsOf(expected.keySet());
        assertThat(digests(servers)).isEqualTo(expected);
      }
    }
  }

  private void window(Traffic traffic, int number) {
    Instant from = start.plusMillis(number * SIZE);
    traffic.history(from, from.plusMillis(SIZE), 40);
  }

  /**
   * All but the first window, which nobody saw whole, and the last, which no watermark has closed.
   */
  private static SortedMap<Long, String> closed(String servers) {
    SortedMap<Long, String> all = ExpectedWindows.digests(servers, TOPIC, SIZE, K);
    List<Long> starts = new ArrayList<>(all.keySet());
    return new TreeMap<>(all.subMap(starts.get(1), starts.get(starts.size() - 1)));
  }

  private static SortedMap<Long, String> digests(String servers) {
    SortedMap<Long, String> digests = new TreeMap<>();
    for (WindowOutcome outcome : outcomes(servers)) {
      digests.put(
          outcome.start(),
          outcome.snapshot() == null ? outcome.skipped() : outcome.snapshot().digest());
    }
    return digests;
  }

  private static List<WindowOutcome> outcomes(String servers) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      if (!admin.listTopics().names().get().contains("gradwatch.importance")) {
        return List.of();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    JsonSerde<WindowOutcome> serde = new JsonSerde<>(WindowOutcome.class);
    return ExpectedWindows.all(servers, "gradwatch.importance", serde.deserializer()).stream()
        .map(ConsumerRecord::value)
        .toList();
  }

  private String config(String servers) {
    return """
        kafka:
          bootstrap.servers: %s
          session.timeout.ms: 6000
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
            idle-timeout: 30m
            micro-batch: 16
            baseline-windows: 1000
        """
        .formatted(
            servers,
            directory.resolve("state"),
            Program.home().resolve("demo/digits.pt"),
            TOPIC,
            K);
  }
}
