package io.gradwatch.topology;

import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.PayloadFormat;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.LabelSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * The sampling application: inference topics to {@code samples}. It keeps no store.
 *
 * <pre>
 * inference topics -> [sampling] -> samples
 *                              '--> dead-letters
 * labels topics -> [labelling] -> samples, dead-letters
 * </pre>
 */
public final class SamplingTopology {
  static final String SOURCE = "inference";
  static final String SAMPLING = "sampling";
  static final String SAMPLES = "samples";
  static final String DEAD_LETTERS = "dead-letters";
  static final String LABELS = "labels";
  static final String LABELLING = "labelling";
  static final String LABELS_SINK = "samples-of-labels";
  static final String LABELS_DEAD_LETTERS = "dead-letters-of-labels";

  /** Of the priorities. All samplers of a topic must use the same, so it is no setting. */
  private static final long SEED = 0;

  private SamplingTopology() {}

  /**
   * The topology, a pure function of its arguments.
   *
   * @param models what is watched; a topic may serve several of them
   * @param format of the payloads
   * @throws IllegalArgumentException if two models want to start at different places of one topic
   */
  public static Topology of(
      List<StreamModel> models,
      Topics topics,
      PayloadFormat format,
      SourceView.Feed sources,
      Metrics metrics) {
    Topology topology = new Topology();
    List<String> nodes = new ArrayList<>();
    topicsByStart(models, StreamModel::topics)
        .forEach(
            (start, names) -> {
              String node = nodes.isEmpty() ? SOURCE : SOURCE + "-" + (nodes.size() + 1);
              topology.addSource(
                  start,
                  node,
                  new EventTime(),
                  Serdes.ByteArray().deserializer(),
                  Serdes.ByteArray().deserializer(),
                  quoted(names));
              nodes.add(node);
            });
    addLabels(topology, models, topics, metrics);
    return topology
        .addProcessor(
            SAMPLING,
            () -> new SamplingProcessor(models, SEED, format, sources, metrics),
            nodes.toArray(String[]::new))
        .addSink(
            SAMPLES,
            topics.samples(),
            Serdes.String().serializer(),
            new ProtobufSerde<>(SamplesRecord.parser()).serializer(),
            SAMPLING)
        .addSink(
            DEAD_LETTERS,
            topics.deadLetters(),
            Serdes.ByteArray().serializer(),
            Serdes.ByteArray().serializer(),
            SAMPLING);
  }

  private static void addLabels(
      Topology topology, List<StreamModel> models, Topics topics, Metrics metrics) {
    List<String> nodes = new ArrayList<>();
    topicsByStart(models, SamplingTopology::labels)
        .forEach(
            (start, names) -> {
              String node = nodes.isEmpty() ? LABELS : LABELS + "-" + (nodes.size() + 1);
              topology.addSource(
                  start,
                  node,
                  Serdes.ByteArray().deserializer(),
                  Serdes.ByteArray().deserializer(),
                  quoted(names));
              nodes.add(node);
            });
    if (nodes.isEmpty()) {
      return;
    }
    topology
        .addProcessor(
            LABELLING, () -> new LabelProcessor(models, metrics), nodes.toArray(String[]::new))
        .addSink(
            LABELS_SINK,
            topics.samples(),
            Serdes.String().serializer(),
            new ProtobufSerde<>(SamplesRecord.parser()).serializer(),
            LABELLING)
        .addSink(
            LABELS_DEAD_LETTERS,
            topics.deadLetters(),
            Serdes.ByteArray().serializer(),
            Serdes.ByteArray().serializer(),
            LABELLING);
  }

  private static List<String> labels(StreamModel model) {
    LabelSource labels = model.labels();
    return labels == null ? List.of() : List.of(labels.topic());
  }

  /** Kafka Streams knows one start a source node, and one source node a topic. */
  private static Map<AutoOffsetReset, Set<String>> topicsByStart(
      List<StreamModel> models, Function<StreamModel, List<String>> topicsOf) {
    Map<String, AutoOffsetReset> startByTopic = new TreeMap<>();
    Map<AutoOffsetReset, Set<String>> topicsByStart = new LinkedHashMap<>();
    for (StreamModel model : models) {
      for (String topic : topicsOf.apply(model)) {
        AutoOffsetReset other = startByTopic.putIfAbsent(topic, model.startFrom());
        if (other != null && !other.equals(model.startFrom())) {
          throw new IllegalArgumentException(
              "model '%s' reads topic %s from another start than a model before it; give both the same start-from"
                  .formatted(model.name(), topic));
        }
        topicsByStart.computeIfAbsent(model.startFrom(), start -> new TreeSet<>()).add(topic);
      }
    }
    return topicsByStart;
  }

  /** One pattern of quoted names: a topic that does not exist yet is joined when it appears. */
  private static Pattern quoted(Set<String> topics) {
    return Pattern.compile(topics.stream().map(Pattern::quote).collect(Collectors.joining("|")));
  }
}
