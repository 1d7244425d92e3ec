package io.gradwatch.topology;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.gradwatch.sample.Field;
import io.gradwatch.sample.Payload;
import io.gradwatch.serde.v1.Label;
import io.gradwatch.serde.v1.SampledRecord;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.serde.v1.Watermark;
import io.gradwatch.window.SampleKey;
import io.gradwatch.window.Watermarks.Source;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Writes and reads the values of the samples topic. */
final class Envelope {
  private static final int FORMAT = 1;

  private Envelope() {}

  /** An admitted record with its place in the window's order. */
  static SamplesRecord sample(
      SampleKey key, long eventTime, int rows, Record<byte[], byte[]> record) {
    return sample(key, eventTime, rows, null, record);
  }

  /**
   * The same of a request that has an id to be joined by.
   *
   * @param id null where it has none
   */
  static SamplesRecord sample(
      SampleKey key, long eventTime, int rows, @Nullable String id, Record<byte[], byte[]> record) {
    SampledRecord.Builder sample = record(key, eventTime, id, record).setRows(rows);
    return from(new Source(key.topic(), key.partition())).setSample(sample).build();
  }

  /** An admitted response with the place that its request has in the window's order. */
  static SamplesRecord response(
      SampleKey key, long eventTime, String id, Record<byte[], byte[]> record) {
    return from(new Source(key.topic(), key.partition()))
        .setResponse(record(key, eventTime, id, record))
        .build();
  }

  private static SampledRecord.Builder record(
      SampleKey key, long eventTime, @Nullable String id, Record<byte[], byte[]> record) {
    SampledRecord.Builder sample =
        SampledRecord.newBuilder()
            .setOffset(key.offset())
            .setPriority(key.priority())
            .setEventTime(eventTime)
            .setId(id == null ? "" : id)
            .setKey(bytes(record.key()))
            .setValue(bytes(record.value()));
    for (Header header : record.headers()) {
      sample.addHeaders(
          io.gradwatch.serde.v1.Header.newBuilder()
              .setName(header.key())
              .setValue(bytes(header.value())));
    }
    return sample;
  }

  /** A partition's watermark. */
  static SamplesRecord watermark(Source source, long eventTime, boolean idle) {
    return from(source)
        .setWatermark(Watermark.newBuilder().setEventTime(eventTime).setIdle(idle))
        .build();
  }

  /** The label of the request {@code id}. */
  static SamplesRecord label(Source source, String id, List<Double> values) {
    return from(source).setLabel(Label.newBuilder().setId(id).addAllValues(values)).build();
  }

  /**
   * The record itself.
   *
   * @throws SerializationException if it has a format that this release does not know
   */
  static SamplesRecord readable(SamplesRecord record) {
    if (record.getFormat() != FORMAT) {
      throw new SerializationException(
          "samples record has format %d, must be %d; update the importance role before the sampling role"
              .formatted(record.getFormat(), FORMAT));
    }
    return record;
  }

  /** The value of an admitted record with its headers. */
  static Payload payload(SampledRecord sample) {
    return new Payload(
        sample.getValue().toByteArray(),
        name -> {
          byte[] last = null;
          for (io.gradwatch.serde.v1.Header header : sample.getHeadersList()) {
            last = header.getName().equals(name) ? header.getValue().toByteArray() : last;
          }
          return last;
        });
  }

  /** The text of a field of an admitted record; null where it has none. */
  static @Nullable String text(SampledRecord sample, Field.OfRecord field) {
    if (field instanceof Field.Header named) {
      byte[] header = payload(sample).headers().apply(named.name());
      return header == null ? null : new String(header, StandardCharsets.UTF_8);
    }
    return sample.getKey().isEmpty() ? null : sample.getKey().toStringUtf8();
  }

  /** The place of a sample or of a response in its window's order. */
  static SampleKey key(SamplesRecord record) {
    SampledRecord sample = record.hasResponse() ? record.getResponse() : record.getSample();
    return new SampleKey(
        sample.getPriority(),
        record.getSource().getTopic(),
        record.getSource().getPartition(),
        sample.getOffset());
  }

  /** The partition that a record speaks of. */
  static Source source(SamplesRecord record) {
    return new Source(record.getSource().getTopic(), record.getSource().getPartition());
  }

  private static SamplesRecord.Builder from(Source source) {
    return SamplesRecord.newBuilder()
        .setFormat(FORMAT)
        .setSource(
            io.gradwatch.serde.v1.Source.newBuilder()
                .setTopic(source.topic())
                .setPartition(source.partition()));
  }

  private static ByteString bytes(byte @Nullable [] bytes) {
    return bytes == null ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(bytes);
  }
}
