package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.drift.BaselineSelection;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftState;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.LabelledRows;
import io.gradwatch.importance.Mailbox;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.Outcome;
import io.gradwatch.importance.Tuning;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.Alert;
import io.gradwatch.report.ModelReport;
import io.gradwatch.sample.Field;
import io.gradwatch.sample.Priority;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.topology.ReleasedRecords.Entry;
import io.gradwatch.window.LabelSource;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleKey;
import io.gradwatch.window.Watermarks.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What earlier releases left in stores and topics is read by this one. Their bytes are files that
 * nothing rewrites; {@code -Drelease.record=VERSION} adds those of a new release.
 */
class UpgradeTest {
  private static final long T = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final Duration WAIT = Duration.ofMinutes(1);
  private static final int WINDOWS = 24;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> WRITTEN =
      List.of(
          Traffic.TOPICS.importance(),
          Traffic.TOPICS.drift(),
          Traffic.TOPICS.alerts(),
          Traffic.TOPICS.baselines());

  private final Metrics metrics = new Metrics();
  private final Device device = new Device();
  private final List<Entry> piped = new ArrayList<>();
  private TopologyTestDriver driver;

  @BeforeEach
  void start(@TempDir Path state) {
    Properties properties = Traffic.properties("upgrade");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    driver =
        new TopologyTestDriver(
            ImportanceTopology.of(
                List.of(
                    Traffic.labelled(
                        4, new LabelSource("digits.labels", new Field.Key(), WAIT, 1 << 20))),
                Traffic.TOPICS,
                3,
                () -> Traffic.busy(1),
                device::open,
                new ModelReport(metrics, 50),
                metrics),
            properties,
            Instant.ofEpochMilli(T));
  }

  /** Computes at once what it is not told to hold back. */
  private static final class Device {
    private final Random noise = new Random(5);
    private double scale = 1;
    private boolean stuck;

    Mailbox open() {
      Deque<Outcome> done = new ArrayDeque<>();
      return new Mailbox() {
        @Override
        public boolean offer(Offer window) {
          SampleBatch batch = window.batch();
          if (!stuck) {
            Outcome.WindowKey key = new Outcome.WindowKey(batch.model(), batch.start());
            done.add(new Outcome.Computed(key, snapshot(batch), List.of()));
          }
          return true;
        }

        @Override
        public @Nullable Outcome poll() {
          return done.poll();
        }

        @Override
        public void close() {
          done.clear();
        }
      };
    }

    private Value value() {
      double mean = scale * Math.exp(0.05 * noise.nextGaussian());
      return new Value(mean, 0.01, 1, null);
    }

    private ImportanceSnapshot snapshot(SampleBatch batch) {
      return new ImportanceSnapshot(
          1,
          batch.model(),
          new ModelVersion("1", "ab".repeat(32)),
          batch.start(),
          batch.end(),
          batch.samples().size(),
          batch.population(),
          batch.digest(),
          new Tuning(1, List.of()),
          0.01,
          "cpu",
          List.of(
              new GroupImportance(
                  "w", 1, 1, Map.of("taylor", value(), "labelled-taylor", value()))),
          null,
          batch.labelled()
              ? new LabelledRows(4, Map.of("taylor", List.of(1.0)))
              : new LabelledRows(0, Map.of()),
          null,
          null);
    }
  }

  @AfterEach
  void stop() {
    driver.close();
    metrics.close();
  }

  /** A baseline, then drift; windows that wait for the device, for labels, and for samples. */
  private ReleasedRecords run() {
    TestInputTopic<String, byte[]> samples =
        driver.createInputTopic(
            Traffic.TOPICS.samples(), new StringSerializer(), (topic, value) -> value);
    pipe(samples, Envelope.watermark(new Source(Traffic.TOPIC, 0), T - 1, false));
    for (int window = 0; window < WINDOWS; window++) {
      device.scale = window < WINDOWS - 3 ? 1 : 4;
      device.stuck = window == WINDOWS - 1;
      long start = T + window * Traffic.SIZE;
      for (int i = 0; i <= Traffic.K; i++) {
        int offset = 100 * window + i;
        SampleKey key =
            new SampleKey(new Priority(0, Traffic.TOPIC, 0).of(offset), Traffic.TOPIC, 0, offset);
        // The last one is of the next window.
        long time = i < Traffic.K ? start + i : start + Traffic.SIZE + 100;
        Record<byte[], byte[]> record = new Record<>(null, Traffic.request(offset), time);
        pipe(samples, Envelope.sample(key, time, 1, record));
        pipe(
            samples, Envelope.label(new Source("digits.labels", 0), "" + offset, List.of(i % 2.0)));
      }
      long passed = start + Traffic.SIZE + Traffic.GRACE;
      pipe(samples, Envelope.watermark(new Source(Traffic.TOPIC, 0), passed, window % 2 == 0));
      driver.advanceWallClockTime(Duration.ofSeconds(5));
      driver.advanceWallClockTime(Duration.ofSeconds(5));
    }
    ReleasedRecords left = ReleasedRecords.of(driver, WRITTEN);
    left.topics().put(Traffic.TOPICS.samples(), List.copyOf(piped));
    return left;
  }

  private void pipe(TestInputTopic<String, byte[]> samples, SamplesRecord record) {
    piped.add(new Entry(Traffic.MODEL.getBytes(StandardCharsets.UTF_8), record.toByteArray(), -1));
    samples.pipeInput(Traffic.MODEL, record.toByteArray(), T);
  }

  @Test
  @EnabledIfSystemProperty(named = "release.record", matches = "[0-9.]+")
  void recordsARelease() throws IOException {
    run().write(System.getProperty("release.record"));
  }

  @Test
  void aRunLeavesSomethingInEveryStore() {
    ReleasedRecords left = run();

    // What only decisions of people fill is read elsewhere.
    left.stores()
        .forEach(
            (store, entries) -> {
              if (!store.equals("baseline-selections") && !store.equals("concept-baselines")) {
                assertThat(entries).as(store).isNotEmpty();
              }
            });
    assertThat(left.topics()).allSatisfy((topic, entries) -> assertThat(entries).isNotEmpty());
  }

  static List<String> releases() throws IOException {
    return ReleasedRecords.releases();
  }

  @ParameterizedTest
  @MethodSource("releases")
  void storesOfReleasesAreReadAndWrittenWithNothingLost(String release) throws IOException {
    ReleasedRecords.read(release)
        .stores()
        .forEach(
            (store, entries) -> {
              ReleasedRecords.restore(driver, store, entries);
              rewrite(store);
              List<Entry> now = ReleasedRecords.entries(driver, store);
              assertThat(now).as(store).hasSameSizeAs(entries);
              for (int i = 0; i < now.size(); i++) {
                assertThat(now.get(i).key()).isEqualTo(entries.get(i).key());
                assertHolds(store, now.get(i).value(), entries.get(i).value());
              }
            });
  }

  /** Every entry read by the store's own serdes, and put again. */
  private void rewrite(String name) {
    if (driver.getAllStateStores().get(name) instanceof WindowStore<?, ?>) {
      WindowStore<Object, Object> store = driver.getWindowStore(name);
      try (var all = store.all()) {
        all.forEachRemaining(
            entry -> store.put(entry.key.key(), entry.value, entry.key.window().start()));
      }
      return;
    }
    KeyValueStore<Object, Object> store = driver.getKeyValueStore(name);
    Map<Object, Object> read = new LinkedHashMap<>();
    try (KeyValueIterator<Object, Object> all = store.all()) {
      all.forEachRemaining(entry -> read.put(entry.key, entry.value));
    }
    read.forEach(store::put);
  }

  @ParameterizedTest
  @MethodSource("releases")
  void topicsOfReleasesAreReadAndWrittenWithNothingLost(String release) throws IOException {
    ReleasedRecords records = ReleasedRecords.read(release);

    assertRead(records.topic(Traffic.TOPICS.importance()), WindowOutcome.class);
    assertRead(records.topic(Traffic.TOPICS.drift()), DriftReading.class);
    assertRead(records.topic(Traffic.TOPICS.alerts()), Alert.class);
    for (Entry entry : records.topic(Traffic.TOPICS.baselines())) {
      String key = new String(entry.key(), StandardCharsets.UTF_8);
      BaselineEntry read = BaselineEntry.parse(key, entry.value());
      assertHolds(key, Objects.requireNonNull(read.value()), entry.value());
    }
    for (Entry entry : records.topic(Traffic.TOPICS.samples())) {
      SamplesRecord read = Envelope.readable(SamplesRecord.parseFrom(entry.value()));
      assertThat(read.toByteArray()).isEqualTo(entry.value());
    }
  }

  private static <T> void assertRead(List<Entry> entries, Class<T> type) {
    JsonSerde<T> serde = new JsonSerde<>(type);
    assertThat(entries).isNotEmpty();
    for (Entry entry : entries) {
      T read = serde.deserializer().deserialize("", entry.value());
      assertHolds(type.getSimpleName(), serde.serializer().serialize("", read), entry.value());
    }
  }

  /**
   * Whether JSON has all that another one has, and perhaps more; other bytes are to be the same.
   */
  private static void assertHolds(String what, byte[] now, byte[] released) {
    if (released.length > 0 && released[0] == '{') {
      try {
        assertHolds(what, JSON.readTree(now), JSON.readTree(released));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    } else {
      assertThat(now).as(what).isEqualTo(released);
    }
  }

  private static void assertHolds(String what, JsonNode now, JsonNode released) {
    if (released.isObject()) {
      released
          .properties()
          .forEach(
              field ->
                  assertHolds(
                      what + "." + field.getKey(), now.path(field.getKey()), field.getValue()));
    } else {
      assertThat(now).as(what).isEqualTo(released);
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        WindowOutcome.class,
        DriftReading.class,
        Alert.class,
        DriftState.class,
        StoredBaseline.class,
        BaselineSelection.class
      })
  void anUnknownFormatIsRefusedInASentence(Class<?> type) throws JsonProcessingException {
    JsonSerde<?> serde = new JsonSerde<>(type);
    byte[] bytes = "{\"format\":2}".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> serde.deserializer().deserialize("", bytes))
        .isInstanceOf(SerializationException.class)
        .hasMessageMatching("not a .* in JSON: .* has format 2, must be 1; .*");
  }

  @Test
  void anUnknownFormatOfSamplesIsRefusedInASentence() {
    ProtobufSerde<SamplesRecord> serde =
        new ProtobufSerde<>(SamplesRecord.parser(), Envelope::readable);
    byte[] bytes = SamplesRecord.newBuilder().setFormat(2).build().toByteArray();

    assertThatThrownBy(() -> serde.deserializer().deserialize("", bytes))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("samples record has format 2, must be 1");
  }
}
