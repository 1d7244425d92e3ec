package io.gradwatch.topology;

import io.gradwatch.sample.Field;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.SampleReader;
import io.gradwatch.window.SampleKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A record of an inference topic while the models look at it. It is parsed when the first of them
 * asks for its rows, and never again by an equal reader, however many models and segments there
 * are.
 */
final class Arrival {
  private final SampleKey key;
  private final Record<byte[], byte[]> record;

  /** What each reader made of it; null until the first one is asked. */
  private @Nullable Map<SampleReader, Reading> readings;

  private @Nullable String refusedBy;

  /** Rows, or why there are none. */
  private record Reading(
      @Nullable List<InferenceSample> rows, @Nullable MalformedSampleException malformed) {}

  Arrival(SampleKey key, Record<byte[], byte[]> record) {
    this.key = key;
    this.record = record;
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

  /** The rows of the value; none where it is a response on its own. */
  List<InferenceSample> rows(SampleReader reader) throws MalformedSampleException {
    if (readings == null) {
      readings = new HashMap<>();
    }
    Reading reading = readings.computeIfAbsent(reader, this::parse);
    if (reading.malformed != null) {
      throw reading.malformed;
    }
    return reading.rows == null ? List.of() : reading.rows;
  }

  /** The rows, if somebody has asked for them by this reader and they could be read. */
  @Nullable List<InferenceSample> parsed(SampleReader reader) {
    Reading reading = readings == null ? null : readings.get(reader);
    return reading == null ? null : reading.rows;
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

  private Reading parse(SampleReader reader) {
    byte[] value = record.value();
    if (value == null) {
      return new Reading(null, new MalformedSampleException("the record has no value"));
    }
    try {
      return new Reading(reader.read(RecordFields.payload(value, record.headers())), null);
    } catch (MalformedSampleException e) {
      return new Reading(null, e);
    }
  }
}
