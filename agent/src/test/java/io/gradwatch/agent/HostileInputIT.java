package io.gradwatch.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.Shift;
import io.gradwatch.sample.Priority;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.topology.HostileRecords;
import io.gradwatch.topology.HostileRecords.Hostile;
import io.gradwatch.topology.HostileRecords.Kind;
import io.gradwatch.topology.WindowOutcome;
import io.gradwatch.window.BottomK;
import io.gradwatch.window.SampleDigest;
import io.gradwatch.window.SampleKey;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent against a real broker, with four hostile records to a good one. */
class HostileInputIT {
  private static final String TOPIC = "inference.digits";
  private static final int K = 64;
  private static final long SIZE = 10_000;
  private static final int WINDOWS = 6;
  private static final int RECORDS = 5_000;
  private static final int LARGEST = 12 << 20;

  /** One in so many good records fits the format and not the model. */
  private static final int MISFIT = 20;

  private final Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(600);
  private final SortedMap<Long, BottomK> windows = new TreeMap<>();
  private final Set<Kind> sent = EnumSet.noneOf(Kind.class);

  @TempDir private Path directory;

  @Test
  void everyWindowIsComputedFromTheGoodRecordsAlone() throws Exception {
    try (AnyBroker broker = AnyBroker.start()) {
      String servers = broker.bootstrapServers();
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
        NewTopic topic = new NewTopic(TOPIC, 1, (short) 1);
        topic.configs(Map.of("max.message.bytes", Integer.toString(LARGEST)));
        admin.createTopics(List.of(topic)).all().get();
      }
      send(servers);
      assertThat(sent).containsExactlyInAnyOrder(Kind.values());

      try (Agent agent = Agent.start(config(servers), InstantSource.system())) {
        await().atMost(Duration.ofSeconds(60)).until(() -> digests(servers).size() >= WINDOWS - 2);

        assertThat(digests(servers)).containsExactlyEntriesOf(wanted());
        String metrics = get(agent.port(), "/metrics");
        for (Kind kind : sent) {
          assertThat(metrics).contains("model=\"digits\",reason=\"" + kind.reason() + "\"");
        }
        assertThat(metrics)
            .as("rows of another shape, each of which costs itself alone")
            .containsPattern("gradwatch_rows_refused_total\\{model=\"digits\"} [1-9]");
        assertThat(get(agent.port(), "/healthz")).contains("ok");
      }
    }
  }

  private void send(String servers) throws Exception {
    DigitRequests digits =
        new DigitRequests(DigitFile.heldOut(Program.home().resolve("demo/digits.csv.gz")), 7);
    HostileRecords hostile = new HostileRecords(digits.body(0, Shift.NONE), 5);
    SplittableRandom random = new SplittableRandom(5);
    Priority priority = new Priority(0, TOPIC, 0);
    Map<String, Object> properties =
        Map.of("bootstrap.servers", servers, "max.request.size", LARGEST, "buffer.memory", 1 << 26);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<?>> delivered = new ArrayList<>();
      int goods = 0;
      Deque<Kind> first = new ArrayDeque<>(List.of(Kind.values()));
      for (int i = 0; i < RECORDS; i++) {
        long time = start.toEpochMilli() + WINDOWS * SIZE * i / RECORDS;
        byte[] good = digits.body(i, Shift.NONE);
        if (first.isEmpty() && random.nextInt(5) == 0) {
          byte[] body = ++goods % MISFIT == 0 ? misfit() : good;
          delivered.add(producer.send(new ProducerRecord<>(TOPIC, 0, time, null, body)));
          SampleKey key = new SampleKey(priority.of(i), TOPIC, 0, i);
          windows
              .computeIfAbsent(time - time % SIZE, w -> new BottomK(K, Long.MAX_VALUE))
              .offer(key, new BottomK.Extent(1, 1));
        } else {
          Kind kind = first.poll();
          Hostile bad = kind == null ? hostile.next(good) : hostile.of(kind, good);
          delivered.add(producer.send(record(bad, time)));
          sent.add(bad.kind());
        }
      }
      for (Future<?> each : delivered) {
        each.get();
      }
    }
  }

  /** A request like any other, but of images that the model does not take. */
  private static byte[] misfit() {
    String zeros = String.join(",", Collections.nCopies(49, "0"));
    return ("{\"inputs\":[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":[1,1,7,7],\"data\":["
            + zeros
            + "]}]}")
        .getBytes(UTF_8);
  }

  private static ProducerRecord<byte[], byte[]> record(Hostile bad, long time) {
    long stamped =
        switch (bad.kind()) {
          case FAR_AHEAD -> System.currentTimeMillis() + 50 * 60_000; // a broker takes an hour
          case WITHOUT_TIME -> 0;
          default -> time;
        };
    var record = new ProducerRecord<>(TOPIC, 0, stamped, bad.key(), bad.value());
    if (bad.header().length > 0) {
      record.headers().add("trace", bad.header());
    }
    return record;
  }

  /** Of all windows but the first, which nobody saw whole, and the last, which is open. */
  private SortedMap<Long, String> wanted() {
    SortedMap<Long, String> digests = new TreeMap<>();
    windows.forEach(
        (window, sample) -> {
          SampleDigest digest = new SampleDigest();
          sample.keys().forEach(digest::add);
          digests.put(window, digest.hex());
        });
    digests.remove(digests.firstKey());
    digests.remove(digests.lastKey());
    return digests;
  }

  private SortedMap<Long, String> digests(String servers) {
    SortedMap<Long, String> digests = new TreeMap<>();
    for (ConsumerRecord<String, WindowOutcome> record :
        ExpectedWindows.all(
            servers, "gradwatch.importance", new JsonSerde<>(WindowOutcome.class).deserializer())) {
      WindowOutcome outcome = record.value();
      if (wanted().containsKey(outcome.start())) {
        digests.put(
            outcome.start(),
            Objects.requireNonNull(outcome.snapshot(), String.valueOf(outcome)).digest());
      }
    }
    return digests;
  }

  private static String get(int port, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .body();
  }

  private GradwatchConfig config(String servers) {
    return GradwatchConfig.parse(
        """
        kafka:
          bootstrap.servers: %s
        listen: 127.0.0.1:0
        state-dir: %s
        replication-factor: 1
        models:
          - name: digits
            path: %s
            topics: [%s]
            format: open-inference
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
