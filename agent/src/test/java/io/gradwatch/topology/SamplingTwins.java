package io.gradwatch.topology;

import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.PayloadFormat;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Topologies that the sampling application is measured against. */
public final class SamplingTwins {
  private static final String ALL = "all";

  private SamplingTwins() {}

  /** Reads the topic and does nothing. */
  public static Topology idle(String topic) {
    return source(topic).addProcessor(ALL, Ignore::new, SamplingTopology.SOURCE);
  }

  /** The sampling application with a processor in front of it that parses every record, once. */
  public static Topology parsing(
      List<StreamModel> models,
      Topics topics,
      PayloadFormat format,
      String topic,
      Metrics metrics) {
    LastParsed last = new LastParsed(format);
    Supplier<SamplingProcessor> sampling =
        () -> new SamplingProcessor(models, 0, last, () -> SourceView.UNKNOWN, metrics);
    return source(topic)
        .addProcessor(ALL, () -> new Parse(last), SamplingTopology.SOURCE)
        .addProcessor(SamplingTopology.SAMPLING, sampling::get, ALL)
        .addSink(
            SamplingTopology.SAMPLES,
            topics.samples(),
            Serdes.String().serializer(),
            new ProtobufSerde<>(SamplesRecord.parser()).serializer(),
            SamplingTopology.SAMPLING)
        .addSink(
            SamplingTopology.DEAD_LETTERS,
            topics.deadLetters(),
            Serdes.ByteArray().serializer(),
            Serdes.ByteArray().serializer(),
            SamplingTopology.SAMPLING);
  }

  private static Topology source(String topic) {
    return new Topology()
        .addSource(
            SamplingTopology.SOURCE,
            Serdes.ByteArray().deserializer(),
            Serdes.ByteArray().deserializer(),
            topic);
  }

  private static final class Ignore extends ContextualProcessor<byte[], byte[], Void, Void> {
    @Override
    public void process(Record<byte[], byte[]> record) {}
  }

  private static final class Parse extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    private final PayloadFormat format;

    Parse(PayloadFormat format) {
      this.format = format;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      try {
        format.parse(record.value());
      } catch (MalformedSampleException e) {
        throw new IllegalStateException(e);
      }
      context().forward(record);
    }
  }

  /** What was parsed last is not parsed again; for the one stream thread. */
  private static final class LastParsed implements PayloadFormat {
    private final PayloadFormat format;
    private byte[] payload = {};
    private List<InferenceSample> rows = List.of();

    LastParsed(PayloadFormat format) {
      this.format = format;
    }

    @Override
    @SuppressWarnings("ArrayEquals") // the same record, not an equal one
    public List<InferenceSample> parse(byte[] value) throws MalformedSampleException {
      if (value != payload) {
        rows = format.parse(value);
        payload = value;
      }
      return rows;
    }
  }
}
