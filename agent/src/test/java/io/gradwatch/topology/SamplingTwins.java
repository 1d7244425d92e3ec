package io.gradwatch.topology;

import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Payload;
import io.gradwatch.sample.SampleReader;
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
      List<StreamModel> models, Topics topics, String topic, Metrics metrics) {
    LastParsed last = new LastParsed(models.get(0).reader());
    List<StreamModel> reading = models.stream().map(model -> Traffic.reading(model, last)).toList();
    Supplier<SamplingProcessor> sampling =
        () -> new SamplingProcessor(reading, 0, () -> SourceView.UNKNOWN, metrics);
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
    private final SampleReader reader;

    Parse(SampleReader reader) {
      this.reader = reader;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      try {
        reader.read(RecordFields.payload(record.value(), record.headers()));
      } catch (MalformedSampleException e) {
        throw new IllegalStateException(e);
      }
      context().forward(record);
    }
  }

  /** What was parsed last is not parsed again; for the one stream thread. */
  private static final class LastParsed implements SampleReader {
    private final SampleReader reader;
    private byte[] payload = {};
    private List<InferenceSample> rows = List.of();

    LastParsed(SampleReader reader) {
      this.reader = reader;
    }

    @Override
    @SuppressWarnings("ArrayEquals") // the same record, not an equal one
    public List<InferenceSample> read(Payload record) throws MalformedSampleException {
      if (record.value() != payload) {
        rows = reader.read(record);
        payload = record.value();
      }
      return rows;
    }
  }
}
