package io.gradwatch.serde;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/**
 * Keys of state stores whose byte order is the order of their parts, so that a range scan is a
 * question.
 *
 * <p>Text is written as UTF-8 with a zero byte behind it, numbers as eight bytes, most significant
 * first. Signed numbers are written so that non-negative ones sort; priorities sort unsigned as
 * they are.
 */
public final class StoreKey {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(48);
  private final DataOutputStream out = new DataOutputStream(bytes);

  private StoreKey() {}

  /** Starts a key. */
  public static StoreKey of(String text) {
    return new StoreKey().and(text);
  }

  /** Adds a text, which must not hold the zero character. */
  public StoreKey and(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a zero character in a key");
    }
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.writeByte(0);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  /** Adds a number. */
  public StoreKey and(long number) {
    try {
      out.writeLong(number);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  /** The key as it stands. */
  public Bytes bytes() {
    return Bytes.wrap(bytes.toByteArray());
  }

  /**
   * The largest key that a key with these parts in front can have, for the upper end of a range.
   */
  public Bytes last() {
    byte[] prefix = bytes.toByteArray();
    // No part starts with 0xFF: UTF-8 never has it, and numbers are below 2^63 or compared as whole
    // priorities.
    ByteBuffer padded = ByteBuffer.allocate(prefix.length + 64).put(prefix);
    while (padded.hasRemaining()) {
      padded.put((byte) 0xFF);
    }
    return Bytes.wrap(padded.array());
  }

  /** Reads a key's parts in the order in which they were written. */
  public static Reader read(Bytes key) {
    return new Reader(key.get());
  }

  /** A place in a key. */
  public static final class Reader {
    private final byte[] key;
    private int position;

    private Reader(byte[] key) {
      this.key = key;
    }

    /** The next part, a text. */
    public String text() {
      int start = position;
      while (key[position] != 0) {
        position++;
      }
      return new String(key, start, position++ - start, StandardCharsets.UTF_8);
    }

    /** The next part, a number. */
    public long number() {
      position += Long.BYTES;
      return ByteBuffer.wrap(key).getLong(position - Long.BYTES);
    }
  }
}
