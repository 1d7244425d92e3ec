package io.gradwatch.sample;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a record carries: its value and its headers, as bytes.
 *
 * @param value taken as it is, never changed
 * @param headers gives the value of the last header of a name; null where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Payload(byte[] value, Function<String, byte @Nullable []> headers) {
  /** A value without headers, for instance a line of a file. */
  public static Payload of(byte[] value) {
    return new Payload(value, name -> null);
  }

  /** The same headers with another value, which was within this one. */
  public Payload with(byte[] inner) {
    return new Payload(inner, headers);
  }

  /** The last header of a name as UTF-8; null where there is none. */
  public @Nullable String header(String name) {
    byte[] header = headers.apply(name);
    return header == null ? null : new String(header, StandardCharsets.UTF_8);
  }
}
