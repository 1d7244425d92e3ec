package io.gradwatch.topology;

import io.gradwatch.sample.Field;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Message;
import io.gradwatch.sample.Payload;
import io.gradwatch.sample.Priority;
import io.gradwatch.sample.SampleReader;
import io.gradwatch.window.SampleKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private @Nullable Map<Asked, Reading> readings;

  private @Nullable String refusedBy;

  /** Where the last model that joins has its ids, and the place that this gives. */
  private Field.@Nullable OfRecord idField;

  private @Nullable SampleKey placed;

  /** A reader, and whether it is told that the record is a response. */
  private record Asked(SampleReader reader, boolean response) {}

  /** What it holds, or why that is not known. */
  private record Reading(@Nullable Message message, @Nullable MalformedSampleException malformed) {}

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

  /**
   * Its place among the records whose ids are in a field; by the offset where it has none there.
   *
   * @param seed of the priorities
   */
  SampleKey key(Field.OfRecord field, long seed) {
    SampleKey place = placed;
    if (place == null || !field.equals(idField)) {
      String id = JoinId.orNull(text(field));
      place = id == null ? key : key.withPriority(Priority.ofId(seed, id));
      placed = place;
      idField = field;
    }
    return place;
  }

  /** What a reader sees of it from its headers. */
  Message.Kind kind(SampleReader reader) {
    byte[] value = record.value();
    return reader.kind(RecordFields.payload(value == null ? new byte[0] : value, record.headers()));
  }

  /**
   * What it holds.
   *
   * @param response whether it is known to be a response
   */
  Message message(SampleReader reader, boolean response) throws MalformedSampleException {
    if (readings == null) {
      readings = new HashMap<>();
    }
    Reading reading = readings.computeIfAbsent(new Asked(reader, response), this::parse);
    if (reading.malformed != null) {
      throw reading.malformed;
    }
    return Objects.requireNonNull(reading.message, "it was read");
  }

  /** The rows, if somebody has asked for them by this reader and they could be read. */
  @Nullable List<InferenceSample> parsed(SampleReader reader) {
    Reading reading = readings == null ? null : readings.get(new Asked(reader, false));
    return reading == null || reading.message == null ? null : reading.message.rows();
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

  private Reading parse(Asked asked) {
    byte[] value = record.value();
    if (value == null) {
      return new Reading(null, new MalformedSampleException("the record has no value"));
    }
    try {
      Payload payload = RecordFields.payload(value, record.headers());
      return new Reading(asked.reader.message(payload, asked.response), null);
    } catch (MalformedSampleException e) {
      return new Reading(null, e);
    }
  }
}
