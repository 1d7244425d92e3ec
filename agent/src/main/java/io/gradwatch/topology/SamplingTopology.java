package io.gradwatch.topology;

import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.PayloadFormat;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import java.util.List;
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

  private SamplingTopology() {}

  /**
   * The topology, a pure function of its arguments.
   *
   * @param models what is watched; a topic may serve several of them
   * @param seed of the priorities
   * @param start where a topic is read from when nothing is committed yet
   * @param format of the payloads
   */
  public static Topology of(
      List<StreamModel> models,
      Topics topics,
      long seed,
      AutoOffsetReset start,
      PayloadFormat format,
      SourceView.Feed sources,
      Metrics metrics) {
    return new Topology()
        .addSource(
            start,
            SOURCE,
            new EventTime(),
            Serdes.ByteArray().deserializer(),
            Serdes.ByteArray().deserializer(),
            quoted(models))
        .addProcessor(
            SAMPLING, () -> new SamplingProcessor(models, seed, format, sources, metrics), SOURCE)
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

  /** One pattern of quoted names: a topic that does not exist yet is joined when it appears. */
  private static Pattern quoted(List<StreamModel> models) {
    return Pattern.compile(
        models.stream()
            .flatMap(model -> model.topics().stream())
            .distinct()
            .sorted()
            .map(Pattern::quote)
            .collect(Collectors.joining("|")));
  }
}
