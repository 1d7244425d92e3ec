package io.gradwatch.topology;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The record's own timestamp, 0 where it has none or a negative one: Kafka Streams would drop such
 * a record in silence, but it belongs into the dead letters.
 */
final class EventTime implements TimestampExtractor {
  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return Math.max(0, record.timestamp());
  }

  /**
   * The event time of a record, milliseconds since 1970-01-01 UTC; 0 where it has none.
   *
   * @param headerName of the header that holds it; null for the record's own timestamp
   */
  static long of(Record<byte[], byte[]> record, @Nullable String headerName) {
    if (headerName == null) {
      return record.timestamp();
    }
    Header header = record.headers().lastHeader(headerName);
    if (header == null || header.value() == null) {
      return 0;
    }
    try {
      return Long.parseLong(new String(header.value(), StandardCharsets.UTF_8).strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
