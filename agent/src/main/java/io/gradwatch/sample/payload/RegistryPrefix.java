package io.gradwatch.sample.payload;

import io.gradwatch.sample.MalformedSampleException;
import java.nio.ByteBuffer;

/**
 * What serialisers of a schema registry put before a message: a zero, and the schema's id in four
 * bytes, big-endian. Protobuf messages have the path to their type behind it.
 *
 * @param schema the id
 * @param message what follows
 */
record RegistryPrefix(int schema, ByteBuffer message) {
  private static final int LENGTH = 5;
  private static final int DEEPEST_TYPE = 16;
  private static final int LONGEST_VARINT = 5;

  /** No format begins with a zero itself. */
  static boolean detects(byte[] value) {
    return value.length > LENGTH && value[0] == 0;
  }

  static RegistryPrefix of(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    return new RegistryPrefix(bytes.getInt(1), bytes.slice(LENGTH, value.length - LENGTH));
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
