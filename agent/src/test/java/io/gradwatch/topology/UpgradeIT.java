package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gradwatch.demo.EmbeddedBroker;
import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.Alert;
import io.gradwatch.report.ModelReport;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.topology.ReleasedRecords.Entry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An importance application of this release takes the place of one of an earlier release, at a
 * broker that holds the earlier one's changelogs, topics and offsets: it restores them and goes on.
 */
class UpgradeIT {
  private static final String APPLICATION = "gradwatch-importance";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MORE = 15;

  @TempDir private Path state;
  private String servers = "";

  static List<String> releases() throws Exception {
    return ReleasedRecords.releases();
  }

  @ParameterizedTest
  @MethodSource("releases")
  void goesOnWhereTheReleaseStopped(String release) throws Exception {
    // Given
    ReleasedRecords left = ReleasedRecords.read(release);
    DriftReading traffic = last(left, DriftKind.TRAFFIC);
    DriftReading concept = last(left, DriftKind.CONCEPT);
    assertThat(traffic.status()).isEqualTo(DriftStatus.STABLE);
    assertThat(traffic.evidence()).isPositive();
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        Metrics metrics = new Metrics()) {
      servers = broker.bootstrapServers();
      leaveBehind(left);

      // When
      try (KafkaStreams streams = start(metrics)) {
        sendWindowsAfter(traffic);
        await().atMost(PATIENCE).until(() -> isDrifting(left));
        await().atMost(PATIENCE).until(() -> !readings(left, DriftKind.CONCEPT).isEmpty());
        assertThat(streams.state()).isEqualTo(KafkaStreams.State.RUNNING);
      }

      // Then
      assertGoesOn(readings(left, DriftKind.TRAFFIC), traffic);
      assertGoesOn(readings(left, DriftKind.CONCEPT), concept);
      List<DriftReading> all = readings(left, DriftKind.TRAFFIC);
      // More than the first window of a watch that begins anew can have.
      assertThat(all.get(0).evidence()).isGreaterThan(traffic.evidence()).isGreaterThan(0.001);
      assertThat(all.get(all.size() - 1).status()).isEqualTo(DriftStatus.DRIFT);
      assertThat(all.size()).isLessThanOrEqualTo(Objects.requireNonNull(traffic.soonestPage()));
      assertThat(all)
          .allSatisfy(it -> assertThat(it.baselineWindows()).isEqualTo(traffic.baselineWindows()));
      assertThat(readings(left, DriftKind.CONCEPT).get(0).baselineWindows())
          .isEqualTo(concept.baselineWindows() + 1);
      assertThat(added(left, Traffic.TOPICS.alerts(), Alert.class))
          .filteredOn(alert -> alert.kind() == DriftKind.TRAFFIC)
          .extracting(Alert::from)
          .startsWith(DriftStatus.STABLE)
          .doesNotContain(DriftStatus.CALIBRATING);
      assertThat(added(left, Traffic.TOPICS.baselines())).as("baselines").isEmpty();
    }
  }

  /** Neither a window twice nor one left out, and none that begins to calibrate again. */
  private static void assertGoesOn(List<DriftReading> readings, DriftReading before) {
    assertThat(readings).isNotEmpty();
    long start = before.start();
    for (DriftReading reading : readings) {
      start += Traffic.SIZE;
      assertThat(reading.start()).isEqualTo(start);
      assertThat(reading.version()).isEqualTo(before.version());
      if (before.status() != DriftStatus.CALIBRATING) {
        assertThat(reading.status()).isNotEqualTo(DriftStatus.CALIBRATING);
      }
    }
  }

  private static DriftReading last(ReleasedRecords left, DriftKind kind) {
    return parsed(left.topic(Traffic.TOPICS.drift()), DriftReading.class).stream()
        .filter(reading -> reading.kind() == kind)
        .reduce((before, after) -> after)
        .orElseThrow();
  }

  /** Topics, changelogs and committed offsets as the release left them when it was stopped, now. */
  private void leaveBehind(ReleasedRecords left) throws Exception {
    long newest =
        left.stores().values().stream()
            .flatMap(List::stream)
            .mapToLong(Entry::window)
            .max()
            .orElseThrow();
    long later = System.currentTimeMillis() - newest;
    Set<String> changelogs =
        new TreeSet<>(
            ImportanceTopology.changelogs(APPLICATION, List.of(ReleasedTraffic.model())).keySet());
    left.stores().keySet().forEach(store -> changelogs.add(changelog(store)));
    List<NewTopic> topics = new ArrayList<>();
    changelogs.forEach(
        name ->
            topics.add(
                new NewTopic(name, 1, (short) 1).configs(Map.of("cleanup.policy", "compact"))));
    left.topics().keySet().forEach(name -> topics.add(new NewTopic(name, 1, (short) 1)));
    Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();
    for (String topic : List.of(Traffic.TOPICS.samples(), Traffic.TOPICS.baselines())) {
      read.put(new TopicPartition(topic, 0), new OffsetAndMetadata(left.topic(topic).size()));
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers));
        KafkaProducer<byte[], byte[]> producer = producer()) {
      admin.createTopics(topics).all().get();
      left.stores()
          .forEach(
              (store, entries) ->
                  entries.forEach(it -> send(producer, changelog(store), later(it, later))));
      left.topics().forEach((topic, entries) -> entries.forEach(it -> send(producer, topic, it)));
      producer.flush();
      admin.alterConsumerGroupOffsets(APPLICATION, read).all().get();
    }
  }

  /** What is kept by the time at which it came: labels become too old. */
  private static Entry later(Entry entry, long millis) {
    return entry.window() < 0
        ? entry
        : new Entry(entry.key(), entry.value(), entry.window() + millis);
  }

  private static String changelog(String store) {
    return "%s-%s-changelog".formatted(APPLICATION, store);
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, String topic, Entry entry) {
    byte[] key = entry.key();
    if (entry.window() >= 0) {
      // The key of a window store: with the window's start and a number that is 0 without
      // duplicates.
      key =
          ByteBuffer.allocate(key.length + Long.BYTES + Integer.BYTES)
              .put(key)
              .putLong(entry.window())
              .putInt(0)
              .array();
    }
    var unused = producer.send(new ProducerRecord<>(topic, 0, key, entry.value()));
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", servers), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private KafkaStreams start(Metrics metrics) {
    ReleasedTraffic.Device device = new ReleasedTraffic.Device();
    device.scale = 4;
    device.growth = 1.3; // each window is unlike all before it
    Properties properties = Traffic.properties(APPLICATION);
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    KafkaStreams streams =
        new KafkaStreams(
            ImportanceTopology.of(
                List.of(ReleasedTraffic.model()),
                Traffic.TOPICS,
                2 * MORE,
                () -> Traffic.busy(1),
                device::open,
                new ModelReport(metrics, 50),
                metrics),
            properties);
    streams.start();
    return streams;
  }

  /** The newest window waits for the device already. */
  private void sendWindowsAfter(DriftReading newest) {
    int waiting = Math.toIntExact((newest.start() - ReleasedTraffic.T) / Traffic.SIZE) + 1;
    byte[] key = Traffic.MODEL.getBytes(StandardCharsets.UTF_8);
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int window = waiting + 1; window <= waiting + MORE; window++) {
        for (SamplesRecord record : ReleasedTraffic.window(window, false)) {
          send(producer, Traffic.TOPICS.samples(), new Entry(key, record.toByteArray(), -1));
        }
      }
    }
  }

  private boolean isDrifting(ReleasedRecords left) {
    return readings(left, DriftKind.TRAFFIC).stream()
        .anyMatch(reading -> reading.status() == DriftStatus.DRIFT);
  }

  /** Those until the first one that drifts. */
  private List<DriftReading> readings(ReleasedRecords left, DriftKind kind) {
    List<DriftReading> readings = new ArrayList<>();
    for (DriftReading reading : added(left, Traffic.TOPICS.drift(), DriftReading.class)) {
      if (reading.kind() == kind) {
        readings.add(reading);
        if (reading.status() == DriftStatus.DRIFT) {
          break;
        }
      }
    }
    return readings;
  }

  private <T> List<T> added(ReleasedRecords left, String topic, Class<T> type) {
    return parsed(added(left, topic), type);
  }

  private static <T> List<T> parsed(List<Entry> entries, Class<T> type) {
    JsonSerde<T> serde = new JsonSerde<>(type);
    return entries.stream()
        .map(entry -> serde.deserializer().deserialize("", entry.value()))
        .toList();
  }

  /** What was committed to a topic after the release's records. */
  private List<Entry> added(ReleasedRecords left, String topic) {
    TopicPartition partition = new TopicPartition(topic, 0);
    Map<String, Object> properties =
        Map.of("bootstrap.servers", servers, "isolation.level", "read_committed");
    List<Entry> added = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, left.topic(topic).size());
      long end = Objects.requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
      while (consumer.position(partition) < end) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record -> added.add(new Entry(record.key(), record.value(), -1)));
      }
    }
    return added;
  }
}
