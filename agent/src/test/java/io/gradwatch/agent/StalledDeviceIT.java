package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.importance.HookedModel;
import io.gradwatch.importance.ImportanceWorkers;
import io.gradwatch.importance.ModelSource;
import io.gradwatch.importance.WorkerClock;
import io.gradwatch.importance.WorkerEvents;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.ModelReport;
import io.gradwatch.sample.SourceTopics;
import io.gradwatch.topology.ImportanceTopology;
import io.gradwatch.topology.SamplingTopology;
import io.gradwatch.topology.StreamModel;
import io.gradwatch.topology.Topics;
import io.gradwatch.topology.WindowOutcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two applications against a real broker, with a device that stands still for a while. */
class StalledDeviceIT {
  private static final String TOPIC = "inference.linear";
  private static final int K = 8;
  private static final int BASELINE = 20;
  private static final int MAX_PENDING = 4;

  /** The first window, which nobody saw whole, and the last two, which nothing closed. */
  private static final int OPEN = 3;

  private static final Duration POLL_INTERVAL = Duration.ofMillis(1_500);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).minusSeconds(3_600);
  private final Gate gate = new Gate();
  private int sent;

  @TempDir private Path directory;

  /** What each pass of the device goes through. */
  private static final class Gate {
    private volatile CompletableFuture<Void> open = CompletableFuture.completedFuture(null);

    void close() {
      open = new CompletableFuture<>();
    }

    void open() {
      open.complete(null);
    }

    void pass() {
      open.join();
    }
  }

  @Test
  void shedsTheOldestWindowsAndNeitherRebalancesNorLags() throws Exception {
    try (AnyBroker broker = AnyBroker.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        KafkaProducer<byte[], byte[]> producer = producer(broker.bootstrapServers());
        Metrics metrics = new Metrics()) {
      // Given
      String servers = broker.bootstrapServers();
      GradwatchConfig config = config(servers);
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
      Topics topics = new Topics(config.topicPrefix());
      int largest = StreamsProperties.largestRecord(config);
      TopicSetup.ensure(
          admin, TopicSetup.wanted(topics, Right.ownTopics(config), 1, (short) 1, largest));
      ModelSource source =
          new ModelSource(
              () -> new HookedModel(samples -> gate.pass()), config.models().get(0).importance());
      try (SourceWatch watch =
              new SourceWatch(
                  admin,
                  List.of(SourceTopics.named(TOPIC)),
                  "gradwatch-sampling",
                  InstantSource.system());
          ImportanceWorkers workers =
              ImportanceWorkers.begin(
                  Map.of("fake", Map.of("linear", source)),
                  config.worker(),
                  WorkerClock.system(),
                  WorkerEvents.NONE);
          StoreMemory memory = new StoreMemory(config.storeMemory());
          StreamsApplication sampling = sampling(config, topics, watch, metrics);
          StreamsApplication importance =
              importance(config, topics, watch, workers, memory, metrics)) {
        watch.start();
        workers.awaitModels(new CompletableFuture<>());
        importance.start();
        sampling.start();

        // When it stands still while the baseline is made
        gate.close();
        send(producer, BASELINE / 2);
        awaitNoLag(admin);
        gate.open();
        send(producer, BASELINE / 2 + 4);
        awaitOutcomes(servers, BASELINE);

        // Then nothing is shed
        assertThat(outcomes(servers)).extracting(WindowOutcome::skipped).containsOnlyNulls();
        await().atMost(PATIENCE).until(() -> status(servers) != DriftStatus.CALIBRATING);

        // When it stands still for ten times max.poll.interval.ms
        int before = outcomes(servers).size();
        double rebalances = rebalances(sampling) + rebalances(importance);
        gate.close();
        long end = System.nanoTime() + 10 * POLL_INTERVAL.toNanos();
        while (System.nanoTime() < end) {
          send(producer, 1);
          TimeUnit.MILLISECONDS.sleep(600);
        }

        // Then nobody was waiting for it
        awaitNoLag(admin);
        assertThat(rebalances(sampling) + rebalances(importance)).isEqualTo(rebalances);
        assertThat(sampling.unready()).isEmpty();
        assertThat(importance.unready()).isEmpty();

        // And afterwards the oldest were shed, and the newest computed
        gate.open();
        send(producer, 2);
        awaitOutcomes(servers, sent - OPEN);
        assertThatTheOldestWereShed(outcomes(servers), before);
      } finally {
        gate.open();
      }
    }
  }

  private void assertThatTheOldestWereShed(List<WindowOutcome> outcomes, int before) {
    assertThat(outcomes)
        .extracting(WindowOutcome::start)
        .isEqualTo(
            java.util.stream.IntStream.range(1, outcomes.size() + 1)
                .mapToObj(window -> start.plusSeconds(window).toEpochMilli())
                .toList());
    List<String> skipped = new ArrayList<>();
    outcomes
        .subList(before, outcomes.size())
        .forEach(outcome -> skipped.add(String.valueOf(outcome.skipped())));
    int first = skipped.indexOf("shed");
    int last = skipped.lastIndexOf("shed");
    assertThat(skipped).containsOnly("null", "shed");
    assertThat(skipped.subList(first, last + 1)).as("in one piece").containsOnly("shed");
    assertThat(first).as("those that were at the device, %s", skipped).isBetween(1, 3);
    assertThat(last - first + 1).as("shed of %s", skipped).isGreaterThan(MAX_PENDING);
    assertThat(skipped.size() - 1 - last)
        .as("newest of %s", skipped)
        .isGreaterThanOrEqualTo(MAX_PENDING - 2);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what is lost shows in the outcomes
  private void send(KafkaProducer<byte[], byte[]> producer, int windows) {
    for (int window = 0; window < windows; window++, sent++) {
      for (int i = 0; i < 2 * K; i++) {
        long time = start.plusSeconds(sent).toEpochMilli() + i * 500L / K;
        double x = Math.sin(sent * 31 + i);
        String request =
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[%.3f,%.3f]}]}";
        byte[] value = request.formatted(x, 1 - x * x).getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(TOPIC, 0, time, null, value));
      }
    }
    producer.flush();
  }

  private static void awaitNoLag(Admin admin) {
    TopicPartition source = new TopicPartition(TOPIC, 0);
    TopicPartition samples = new TopicPartition("gradwatch.samples", 0);
    await().atMost(PATIENCE).until(() -> lag(admin, "gradwatch-sampling", source) == 0);
    await().atMost(PATIENCE).until(() -> lag(admin, "gradwatch-importance", samples) == 0);
  }

  private static long lag(Admin admin, String group, TopicPartition partition) throws Exception {
    long end =
        admin
            .listOffsets(Map.of(partition, OffsetSpec.latest()))
            .partitionResult(partition)
            .get()
            .offset();
    var committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    return committed.get(partition) == null ? end : end - committed.get(partition).offset();
  }

  private static double rebalances(StreamsApplication application) {
    return application.streams().metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals("rebalance-total"))
        .mapToDouble(metric -> (Double) metric.metricValue())
        .sum();
  }

  private void awaitOutcomes(String servers, int count) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .until(() -> outcomes(servers).size() >= count);
  }

  private static List<WindowOutcome> outcomes(String servers) {
    return ExpectedWindows.values(servers, "gradwatch.importance", WindowOutcome.class);
  }

  private static DriftStatus status(String servers) {
    List<DriftReading> readings =
        ExpectedWindows.values(servers, "gradwatch.drift", DriftReading.class);
    return readings.get(readings.size() - 1).status();
  }

  private static KafkaProducer<byte[], byte[]> producer(String servers) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", servers), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static StreamsApplication sampling(
      GradwatchConfig config, Topics topics, SourceWatch watch, Metrics metrics) {
    List<StreamModel> models = StreamModels.of(config);
    return new StreamsApplication(
        "sampling",
        SamplingTopology.of(models, topics, watch, metrics),
        StreamsProperties.sampling(config, "gradwatch-sampling"),
        InstantSource.system());
  }

  private static StreamsApplication importance(
      GradwatchConfig config,
      Topics topics,
      SourceWatch watch,
      ImportanceWorkers workers,
      StoreMemory memory,
      Metrics metrics) {
    return new StreamsApplication(
        "importance",
        ImportanceTopology.of(
            StreamModels.of(config),
            topics,
            config.maxPending(),
            watch,
            workers::open,
            new ModelReport(metrics, config.seriesLimit()),
            metrics),
        StreamsProperties.importance(config, "gradwatch-importance", memory),
        InstantSource.system());
  }

  private GradwatchConfig config(String servers) {
    return GradwatchConfig.parse(
        """
        kafka:
          bootstrap.servers: %s
          max.poll.interval.ms: %d
          commit.interval.ms: 200
        state-dir: %s
        partitions: 1
        replication-factor: 1
        max-pending: %d
        duty-cycle: 1.0
        memory-floor: 0B
        models:
          - name: linear
            path: linear.pt
            topics: [%s]
            start-from: earliest
            task: regression
            window: 1s
            samples: %d
            grace: 1s
            idle-timeout: 1h
            micro-batch: 1
            cycle: 10s
            baseline-windows: %d
            false-alarms: 10%% in 200 windows
        """
            .formatted(
                servers, POLL_INTERVAL.toMillis(), directory, MAX_PENDING, TOPIC, K, BASELINE),
        "test",
        Map.of());
  }
}
