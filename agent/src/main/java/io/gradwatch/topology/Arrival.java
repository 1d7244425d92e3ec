package io.gradwatch.topology;

import io.gradwatch.sample.Field;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.PayloadFormat;
import io.gradwatch.window.SampleKey;
import java.util.List;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A record of an inference topic while the models look at it. It is parsed when the first of them
 * asks for its rows, and never again, however many models and segments there are.
 */
final class Arrival {
  private final SampleKey key;
  private final Record<byte[], byte[]> record;
  private final PayloadFormat format;
  private @Nullable List<InferenceSample> rows;
  private @Nullable MalformedSampleException malformed;
  private @Nullable String refusedBy;

  Arrival(SampleKey key, Record<byte[], byte[]> record, PayloadFormat format) {
    this.key = key;
    this.record = record;
    this.format = format;
  }

  SampleKey key() {
    return key;
  }

  Record<byte[], byte[]> record() {
    return record;
  }

  /** The text of a field beside the value; null where the record has none. */
  @Nullable String text(Field.OfRecord field) {
    return RecordFields.text(field, record.key(), record.headers());
  }

  /** The rows of the value, at least one. */
  List<InferenceSample> rows() throws MalformedSampleException {
    if (malformed != null) {
      throw malformed;
    }
    if (rows == null) {
      rows = parse();
    }
    return rows;
  }

  /** The rows, if somebody has asked for them and they could be read. */
  @Nullable List<InferenceSample> parsed() {
    return rows;
  }

  /**
   * Notes that a model refuses the record.
   *
   * @return whether it is the first to do so under its name; the segments of a model stand together
   */
  boolean refuse(String account) {
    boolean first = !account.equals(refusedBy);
    refusedBy = account;
    return first;
  }

  private List<InferenceSample> parse() throws MalformedSampleException {
    try {
      byte[] value = record.value();
      if (value == null) {
        throw new MalformedSampleException("the record has no value");
      }
      return format.parse(value);
    } catch (MalformedSampleException e) {
      malformed = e;
      throw e;
    }
  }
}
