package io.gradwatch.sample.payload;

import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Payload;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What serialisers of a schema registry put before a message: a zero, and the schema's id in four
 * bytes, big-endian, or in eight, as older ones of Apicurio do. Protobuf messages have the path to
 * their type behind it. Apicurio's can also put the id into a header.
 *
 * @param schema the id
 * @param message what follows
 */
record RegistryPrefix(long schema, ByteBuffer message) {
  private static final int LENGTH = 5;
  private static final int LONG_LENGTH = 9;
  private static final List<String> ID_HEADERS =
      List.of("apicurio.value.contentId", "apicurio.value.globalId");
  private static final String ENCODING_HEADER = "apicurio.value.encoding";
  private static final int DEEPEST_TYPE = 16;
  private static final int LONGEST_VARINT = 5;

  /** No format begins with a zero itself. */
  static boolean detects(byte[] value) {
    return value.length > LENGTH && value[0] == 0;
  }

  static RegistryPrefix of(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    // Registries count from 1: a zero is the upper half of a long id.
    boolean isLong = bytes.getInt(1) == 0 && value.length > LONG_LENGTH;
    int length = isLong ? LONG_LENGTH : LENGTH;
    return new RegistryPrefix(
        isLong ? bytes.getLong(1) : bytes.getInt(1), bytes.slice(length, value.length - length));
  }

  /**
   * The id in a header, and the whole value behind it; null where no header has one.
   *
   * @throws MalformedSampleException if a header says that the message is in Avro's JSON
   */
  static @Nullable RegistryPrefix ofHeaders(Payload payload) throws MalformedSampleException {
    for (String name : ID_HEADERS) {
      byte[] id = payload.headers().apply(name);
      if (id != null && id.length == Long.BYTES) {
        String encoding = payload.header(ENCODING_HEADER);
        if (encoding != null && !encoding.equals("BINARY")) {
          throw new MalformedSampleException(
              "header %s: '%s'; expected BINARY".formatted(ENCODING_HEADER, Json.brief(encoding)));
        }
        return new RegistryPrefix(ByteBuffer.wrap(id).getLong(), ByteBuffer.wrap(payload.value()));
      }
    }
    return null;
  }

  /**
   * The protobuf message behind the path to its type, which is a count and as many places, all as
   * zigzag varints; a single zero stands for the first type of the schema.
   */
  ByteBuffer protobuf() throws MalformedSampleException {
    ByteBuffer bytes = message.duplicate();
    long places = varint(bytes);
    if (places < 0 || places > DEEPEST_TYPE) {
      throw new MalformedSampleException(
          "%d places of the type after the schema id; expected 0 to %d"
              .formatted(places, DEEPEST_TYPE));
    }
    for (long place = 0; place < places; place++) {
      varint(bytes);
    }
    return bytes.slice();
  }

  private static long varint(ByteBuffer bytes) throws MalformedSampleException {
    long value = 0;
    for (int at = 0; at < LONGEST_VARINT && bytes.hasRemaining(); at++) {
      byte next = bytes.get();
      value |= (next & 0x7fL) << (7 * at);
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new MalformedSampleException(
        "no place of the type after the schema id; expected a protobuf message of a registry");
  }
}
