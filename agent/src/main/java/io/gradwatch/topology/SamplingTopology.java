package io.gradwatch.topology;

import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.PayloadFormat;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
 * </pre>
 */
public final class SamplingTopology {
  static final String SOURCE = "inference";
  static final String SAMPLING = "sampling";
  static final String SAMPLES = "samples";
  static final String DEAD_LETTERS = "dead-letters";

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
    topicsByStart(models)
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

  /** Kafka Streams knows one start a source node, and one source node a topic. */
  private static Map<AutoOffsetReset, Set<String>> topicsByStart(List<StreamModel> models) {
    Map<String, AutoOffsetReset> startByTopic = new TreeMap<>();
    Map<AutoOffsetReset, Set<String>> topicsByStart = new LinkedHashMap<>();
    for (StreamModel model : models) {
      for (String topic : model.topics()) {
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
