package io.gradwatch.topology;

import io.gradwatch.sample.Field;
import io.gradwatch.sample.Payload;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Reads what of a record says whose it is and what it is, without parsing its value. */
public final class RecordFields {
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
