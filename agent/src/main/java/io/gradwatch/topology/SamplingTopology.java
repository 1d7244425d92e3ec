package io.gradwatch.topology;

import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.SourceTopics;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.LabelSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
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
  static final long SEED = 0;

  private SamplingTopology() {}

  /**
   * The topology, a pure function of its arguments.
   *
   * @param models what is watched; a topic may serve several of them
   * @throws IllegalArgumentException if two models want to start at different places of one topic
   */
  public static Topology of(
      List<StreamModel> models, Topics topics, SourceView.Feed sources, Metrics metrics) {
    Topology topology = new Topology();
    List<String> nodes = new ArrayList<>();
    patternsByStart(models, StreamModel::sources)
        .forEach(
            (start, pattern) -> {
              String node = nodes.isEmpty() ? SOURCE : SOURCE + "-" + (nodes.size() + 1);
              topology.addSource(
                  start,
                  node,
                  new EventTime(),
                  Serdes.ByteArray().deserializer(),
                  Serdes.ByteArray().deserializer(),
                  pattern);
              nodes.add(node);
            });
    addLabels(topology, models, topics, metrics);
    return topology
        .addProcessor(
            SAMPLING,
            () -> new SamplingProcessor(models, SEED, sources, metrics),
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
    patternsByStart(models, SamplingTopology::labels)
        .forEach(
            (start, pattern) -> {
              String node = nodes.isEmpty() ? LABELS : LABELS + "-" + (nodes.size() + 1);
              topology.addSource(
                  start,
                  node,
                  Serdes.ByteArray().deserializer(),
                  Serdes.ByteArray().deserializer(),
                  pattern);
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

  private static List<SourceTopics> labels(StreamModel model) {
    LabelSource labels = model.labels();
    return labels == null ? List.of() : List.of(SourceTopics.named(labels.topic()));
  }

  /**
   * Kafka Streams knows one start a source node, and one source node a topic. A topic that does not
   * exist yet is joined when it appears.
   */
  private static Map<AutoOffsetReset, Pattern> patternsByStart(
      List<StreamModel> models, Function<StreamModel, List<SourceTopics>> topicsOf) {
    Map<AutoOffsetReset, Set<String>> alternatives = new LinkedHashMap<>();
    for (StreamModel model : models) {
      for (SourceTopics topics : topicsOf.apply(model)) {
        refuseAnotherStart(model, topics, models, topicsOf);
        alternatives
            .computeIfAbsent(model.startFrom(), start -> new TreeSet<>())
            .addAll(topics.alternatives());
      }
    }
    Map<AutoOffsetReset, Pattern> patterns = new LinkedHashMap<>();
    List<String> taken = new ArrayList<>();
    alternatives.forEach(
        (start, all) -> {
          String pattern = String.join("|", all);
          // What expressions of two starts match goes to the first of them.
          String rest = "(?!(?:%s)$)(?:%s)".formatted(String.join("|", taken), pattern);
          patterns.put(start, Pattern.compile(taken.isEmpty() ? pattern : rest));
          taken.add(pattern);
        });
    return patterns;
  }

  private static void refuseAnotherStart(
      StreamModel model,
      SourceTopics topics,
      List<StreamModel> models,
      Function<StreamModel, List<SourceTopics>> topicsOf) {
    for (StreamModel other : models) {
      for (SourceTopics others : topicsOf.apply(other)) {
        topics.names().stream()
            .filter(name -> !other.startFrom().equals(model.startFrom()))
            .filter(others.filter())
            .findFirst()
            .ifPresent(
                name -> {
                  throw new IllegalArgumentException(
                      "models '%s' and '%s' read topic %s from different starts; give both the same start-from"
                          .formatted(model.name(), other.name(), name));
                });
      }
    }
  }
}
