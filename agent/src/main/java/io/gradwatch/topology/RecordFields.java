package io.gradwatch.topology;

import io.gradwatch.sample.Field;
import io.gradwatch.sample.Payload;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Reads what of a record says whose it is, what it is, and how long, without parsing its value. */
public final class RecordFields {
  /** What each header takes in a record of the samples topic beyond its own bytes, at most. */
  private static final int HEADER_OVERHEAD = 16;

  private RecordFields() {}

  /** The text of a field; null where the record has none. */
  public static @Nullable String text(
      Field.OfRecord field, byte @Nullable [] key, Headers headers) {
    if (field instanceof Field.Header named) {
      Header header = headers.lastHeader(named.name());
      return header == null ? null : text(header.value());
    }
    return text(key);
  }

  /** Bytes of key, value and headers, as the samples topic takes them. */
  static long size(Record<byte[], byte[]> record) {
    long size = (long) length(record.key()) + length(record.value());
    for (Header header : record.headers()) {
      // A character takes three bytes at most.
      size += HEADER_OVERHEAD + 3L * header.key().length() + length(header.value());
    }
    return size;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  /** The value with its headers. */
  public static Payload payload(byte[] value, Headers headers) {
    return new Payload(
        value,
        name -> {
          Header header = headers.lastHeader(name);
          return header == null ? null : header.value();
        });
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }
}
