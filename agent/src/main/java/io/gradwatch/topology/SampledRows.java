package io.gradwatch.topology;

import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.SampleReader;
import io.gradwatch.sample.Selection;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.SampleKey;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * A sample of a stretch of event time, made of what the samples topic still holds of it: the k
 * records with the smallest priorities.
 *
 * <p>Each of those is among the k of its own window and so was admitted; hence it is a uniform
 * sample of all records of that time. Not thread-safe.
 */
public final class SampledRows {
  private final int k;
  private final long from;
  private final long to;
  private final NavigableMap<SampleKey, SamplesRecord> kept = new TreeMap<>();

  /**
   * An empty sample.
   *
   * @param k records at most; no more than a window has
   * @param from event time in milliseconds since 1970-01-01 UTC, inclusive
   * @param to exclusive
   */
  public SampledRows(int k, long from, long to) {
    this.k = k;
    this.from = from;
    this.to = to;
  }

  /**
   * Takes a value of the samples topic; watermarks, labels and what cannot be read change nothing.
   */
  public void offer(byte @Nullable [] value) {
    SamplesRecord record = parse(value);
    if (record == null || !record.hasSample()) {
      return;
    }
    long time = record.getSample().getEventTime();
    if (time >= from && time < to) {
      kept.put(Envelope.key(record), record);
      if (kept.size() > k) {
        kept.pollLastEntry();
      }
    }
  }

  /** The rows in priority order, at most k. */
  public List<InferenceSample> rows(SampleReader reader, Selection selection) {
    List<InferenceSample> rows = new ArrayList<>();
    kept.values().forEach(record -> rows.addAll(selection.rows(read(record, reader))));
    return List.copyOf(rows.subList(0, Math.min(k, rows.size())));
  }

  private static List<InferenceSample> read(SamplesRecord record, SampleReader reader) {
    try {
      return reader.read(Envelope.payload(record.getSample()));
    } catch (MalformedSampleException e) {
      return List.of(); // admitted under another configuration
    }
  }

  private static @Nullable SamplesRecord parse(byte @Nullable [] value) {
    try (ProtobufSerde<SamplesRecord> serde = new ProtobufSerde<>(SamplesRecord.parser())) {
      return value == null ? null : serde.deserializer().deserialize("", value);
    } catch (SerializationException e) {
      return null;
    }
  }
}
