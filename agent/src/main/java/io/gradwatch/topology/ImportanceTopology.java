package io.gradwatch.topology;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.importance.Mailbox;
import io.gradwatch.importance.Settled;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.Alert;
import io.gradwatch.report.ModelReport;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The importance application: {@code samples} to {@code importance}, {@code drift}, {@code alerts}
 * and {@code baselines}. It reads the baselines back, with what people decided about them. Where a
 * model has a labels topic, {@code [label-join]} keeps its labels and a window's samples until they
 * have met. Requests are joined with their responses within {@code [window]}, when a window closes.
 *
 * <pre>
 * samples -> [window] -> [importance] ------> [drift] -> drift, alerts, importance
 *       '---------------------'-> [label-join] --^ '---> baselines -> [baseline]
 *                                                  '------ stores -------'
 * </pre>
 */
public final class ImportanceTopology {
  static final String SAMPLES = "samples";
  static final String WINDOW = "window";
  static final String IMPORTANCE = "importance";
  static final String LABEL_JOIN = "label-join";
  static final String DRIFT = "drift";
  static final String BASELINES = "baselines";
  static final String BASELINE = "baseline";
  static final String IMPORTANCE_SINK = "importance-topic";
  static final String DRIFT_SINK = "drift-topic";
  static final String ALERTS_SINK = "alerts-topic";
  static final String BASELINES_SINK = "baselines-topic";

  static final String WINDOW_SAMPLES = "window-samples";
  static final String WATERMARKS = "watermarks";
  static final String NEXT_WINDOWS = "next-windows";
  static final String PENDING = "pending-windows";
  static final String READINGS = "last-readings";
  static final String SETTLED = "settled-tunings";

  private ImportanceTopology() {}

  /**
   * The topology, a pure function of its arguments.
   *
   * @param maxPending closed windows a model that may wait for the device before the oldest are
   *     shed
   * @param mailboxes gives a stream task its connection to the device
   */
  public static Topology of(
      List<StreamModel> models,
      Topics topics,
      int maxPending,
      SourceView.Feed sources,
      Supplier<Mailbox> mailboxes,
      ModelReport report,
      Metrics metrics) {
    Topology topology = new Topology();
    topology
        .addSource(
            AutoOffsetReset.earliest(),
            SAMPLES,
            Serdes.String().deserializer(),
            samplesSerde().deserializer(),
            topics.samples())
        .addProcessor(WINDOW, () -> new WindowProcessor(models, sources, metrics), SAMPLES)
        .addProcessor(
            IMPORTANCE,
            () -> new ImportanceProcessor(models, maxPending, mailboxes, metrics),
            WINDOW);
    addStores(topology, models);
    List<String> outcomes = new ArrayList<>(List.of(IMPORTANCE));
    if (models.stream().anyMatch(model -> model.labels() != null)) {
      addLabelJoin(topology, models, mailboxes, metrics);
      outcomes.add(LABEL_JOIN);
    }
    addDrift(topology, outcomes, models, topics, report, metrics);
    topology
        .addStateStore(
            store(READINGS, Serdes.String(), new JsonSerde<>(DriftReading.class)),
            IMPORTANCE,
            DRIFT)
        .connectProcessorAndStateStores(IMPORTANCE, BaselineStores.CHOICES);
    return topology;
  }

  /** The stores of windows on their way to the device. */
  private static void addStores(Topology topology, List<StreamModel> models) {
    topology
        .addStateStore(store(WINDOW_SAMPLES, Serdes.Bytes(), samplesSerde()), WINDOW, IMPORTANCE)
        .addStateStore(store(WATERMARKS, Serdes.Bytes(), Serdes.Long()), WINDOW)
        .addStateStore(store(NEXT_WINDOWS, Serdes.String(), Serdes.Long()), WINDOW)
        .addStateStore(
            store(PENDING, Serdes.Bytes(), new JsonSerde<>(PendingWindow.class)), IMPORTANCE)
        .addStateStore(store(SETTLED, Serdes.String(), new JsonSerde<>(Settled.class)), IMPORTANCE);
    if (ResponseJoin.isNeeded(models)) {
      ResponseJoin.stores().forEach(store -> topology.addStateStore(store, WINDOW));
      topology.connectProcessorAndStateStores(IMPORTANCE, ResponseJoin.JOINED);
    }
  }

  private static void addLabelJoin(
      Topology topology, List<StreamModel> models, Supplier<Mailbox> mailboxes, Metrics metrics) {
    topology.addProcessor(
        LABEL_JOIN, () -> new LabelJoinProcessor(models, mailboxes, metrics), SAMPLES, IMPORTANCE);
    LabelJoinProcessor.stores(models).forEach(store -> topology.addStateStore(store, LABEL_JOIN));
    topology.connectProcessorAndStateStores(LABEL_JOIN, WINDOW_SAMPLES);
  }

  /**
   * Adds what follows the outcomes of windows, with the stores that only it uses.
   *
   * @param outcomes the processors that they come from
   */
  static void addDrift(
      Topology topology,
      List<String> outcomes,
      List<StreamModel> models,
      Topics topics,
      ModelReport report,
      Metrics metrics) {
    topology
        .addProcessor(
            DRIFT, () -> new DriftProcessor(models, report), outcomes.toArray(String[]::new))
        .addSource(
            AutoOffsetReset.earliest(),
            BASELINES,
            Serdes.String().deserializer(),
            Serdes.ByteArray().deserializer(),
            topics.baselines())
        .addProcessor(BASELINE, () -> new BaselineProcessor(metrics), BASELINES);
    DriftProcessor.stores().forEach(store -> topology.addStateStore(store, DRIFT));
    BaselineStores.builders().forEach(store -> topology.addStateStore(store, BASELINE, DRIFT));

    sink(topology, IMPORTANCE_SINK, topics.importance(), WindowOutcome.class, DRIFT);
    sink(topology, DRIFT_SINK, topics.drift(), DriftReading.class, DRIFT);
    sink(topology, ALERTS_SINK, topics.alerts(), Alert.class, DRIFT);
    sink(topology, BASELINES_SINK, topics.baselines(), StoredBaseline.class, DRIFT);
  }

  private static <T> void sink(
      Topology topology, String name, String topic, Class<T> type, String parent) {
    Serializer<T> values = new JsonSerde<>(type).serializer();
    topology.addSink(name, topic, Serdes.String().serializer(), values, byModel(), parent);
  }

  /**
   * Keys start with the model's name: all that is said of a model is in one partition, in order.
   */
  private static <T> StreamPartitioner<String, T> byModel() {
    return (topic, key, value, partitions) -> {
      String model = key.substring(0, key.indexOf('/'));
      return Optional.of(Set.of(ModelPartition.of(model, partitions)));
    };
  }

  private static Serde<SamplesRecord> samplesSerde() {
    return new ProtobufSerde<>(SamplesRecord.parser(), Envelope::readable);
  }

  /** One of the changelogs that an application with this id has in any configuration. */
  public static String changelog(String applicationId) {
    return "%s-%s-changelog".formatted(applicationId, PENDING);
  }

  /**
   * The changelogs that an application with this id has, by name; with how long a record is kept at
   * the least where it is not kept for ever.
   */
  public static SortedMap<String, Optional<Duration>> changelogs(
      String applicationId, List<StreamModel> models) {
    Metrics unused = new Metrics();
    Topology topology =
        of(
            models,
            new Topics(""),
            1,
            () -> SourceView.UNKNOWN,
            () -> {
              throw new IllegalStateException("only described");
            },
            new ModelReport(unused, 1),
            unused);
    SortedMap<String, Optional<Duration>> changelogs = new TreeMap<>();
    for (TopologyDescription.Subtopology part : topology.describe().subtopologies()) {
      for (TopologyDescription.Node node : part.nodes()) {
        if (node instanceof TopologyDescription.Processor processor) {
          for (String store : processor.stores()) {
            changelogs.put(
                "%s-%s-changelog".formatted(applicationId, store),
                store.equals(LabelStore.NAME)
                    ? Optional.of(LabelStore.retention(models))
                    : Optional.empty());
          }
        }
      }
    }
    unused.close();
    return changelogs;
  }

  static <K, V> StoreBuilder<KeyValueStore<K, V>> store(
      String name, Serde<K> keys, Serde<V> values) {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), keys, values);
  }
}
