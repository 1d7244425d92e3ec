package io.gradwatch.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.Field;
import io.gradwatch.sample.Priority;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.BottomK;
import io.gradwatch.window.JoinSettings;
import io.gradwatch.window.SampleKey;
import io.gradwatch.window.WindowProgress.Closed;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the stores of the join hold, and what of it a restart finds again. */
class ResponseJoinStoresTest {
  private static final long T = 1_772_366_400_000L;
  private static final StreamModel MODEL =
      Traffic.joined(
          Traffic.model(),
          new JoinSettings(new Field.Key(), true, List.of("out")),
          Traffic.model().window());

  private final Metrics metrics = new Metrics();
  private MockProcessorContext<Void, Void> context;

  @TempDir private Path directory;

  @BeforeEach
  void open() {
    context =
        new MockProcessorContext<>(
            Traffic.properties("test"), new TaskId(0, 0), directory.toFile());
    Stream.concat(
            ResponseJoin.stores().stream(),
            Stream.of(
                ImportanceTopology.store(
                    ImportanceTopology.WINDOW_SAMPLES,
                    Serdes.Bytes(),
                    new ProtobufSerde<>(SamplesRecord.parser()))))
        .forEach(
            builder -> {
              StateStore store = builder.withLoggingDisabled().build();
              store.init(context.getStateStoreContext(), store);
              context.addStateStore(store);
            });
  }

  @AfterEach
  void close() {
    Stream.of(KeptResponses.NAME, ResponseJoin.JOINED, ImportanceTopology.WINDOW_SAMPLES)
        .forEach(name -> context.<StateStore>getStateStore(name).close());
    metrics.close();
  }

  private ResponseJoin join(StreamModel... models) {
    return new ResponseJoin(context, List.of(models), metrics);
  }

  private static SampleKey key(String topic, int number) {
    return new SampleKey(Priority.ofId(0, "id-" + number), topic, 0, number);
  }

  private static SamplesRecord response(int number, long time) {
    Record<byte[], byte[]> record =
        new Record<>(("id-" + number).getBytes(UTF_8), Traffic.response(number, number), time);
    return Envelope.response(key("out", number), time, "id-" + number, record);
  }

  /** Stores a request of the window at {@link #T}. */
  private void request(int number) {
    Record<byte[], byte[]> record =
        new Record<>(("id-" + number).getBytes(UTF_8), Traffic.request(number), T);
    SampleKey key = key(Traffic.TOPIC, number);
    KeyValueStore<Bytes, SamplesRecord> store =
        context.getStateStore(ImportanceTopology.WINDOW_SAMPLES);
    new SampleStore(store)
        .put(Traffic.MODEL, T, key, Envelope.sample(key, T, 1, "id-" + number, record));
  }

  private List<SamplesRecord> entries(String name) {
    KeyValueStore<Bytes, SamplesRecord> store = context.getStateStore(name);
    try (KeyValueIterator<Bytes, SamplesRecord> all = store.all()) {
      List<SamplesRecord> entries = new java.util.ArrayList<>();
      all.forEachRemaining(entry -> entries.add(entry.value));
      return entries;
    }
  }

  private static NavigableMap<Long, BottomK> sampled(int requests) {
    BottomK sample = new BottomK(Traffic.K, Long.MAX_VALUE);
    for (int number = 0; number < requests; number++) {
      sample.offer(key(Traffic.TOPIC, number), new BottomK.Extent(1, 1));
    }
    return new TreeMap<>(java.util.Map.of(T, sample));
  }

  @Test
  void joinsAfterARestartWhatCameBefore() {
    ResponseJoin before = join(MODEL);
    for (int number = 0; number < 4; number++) {
      request(number);
      before.keep(MODEL, response(number, T + number), T, null);
    }

    join(MODEL).close(MODEL, new Closed(T, T + Traffic.SIZE, true), sampled(4));

    assertThat(entries(ResponseJoin.JOINED))
        .extracting(entry -> entry.getResponse().getId())
        .containsExactlyInAnyOrder("id-0", "id-1", "id-2", "id-3");
    assertThat(entries(KeptResponses.NAME)).as("what is joined lies there alone").isEmpty();
  }

  @Test
  void holdsOneEntryARecordAndNoMoreThanTwiceTheSample() {
    ResponseJoin join = join(MODEL);
    for (int number = 0; number < 100; number++) {
      join.keep(MODEL, response(number, T + number), T, null);
      join.keep(MODEL, response(number, T + number), T, null);
    }

    assertThat(entries(KeptResponses.NAME)).hasSize(2 * Traffic.K);
  }

  @Test
  void forgetsResponsesWhoseWindowsAreLongOver() {
    ResponseJoin join = join(MODEL);
    join.keep(MODEL, response(1, T), T, null);
    join.keep(MODEL, response(2, T + Traffic.SIZE), T, null);

    join.close(MODEL, new Closed(T, T + Traffic.SIZE, false), new TreeMap<>());
    assertThat(entries(KeptResponses.NAME)).hasSize(2);
    join.close(MODEL, new Closed(T + Traffic.SIZE, T + 2 * Traffic.SIZE, false), new TreeMap<>());
    assertThat(entries(KeptResponses.NAME))
        .extracting(entry -> entry.getResponse().getId())
        .containsExactly("id-2");
    join.keep(MODEL, response(3, T), Long.MIN_VALUE, T + 2 * Traffic.SIZE);
    assertThat(entries(KeptResponses.NAME)).as("too late for any window").hasSize(1);
  }

  @Test
  void dropsWhatAModelLeftThatNoLongerJoins() {
    join(MODEL).keep(MODEL, response(1, T), T, null);

    var unused = join(Traffic.model());

    assertThat(entries(KeptResponses.NAME)).isEmpty();
  }
}
