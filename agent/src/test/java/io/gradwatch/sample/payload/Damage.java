package io.gradwatch.sample.payload;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Breaks payloads at random: bytes are changed, cut, doubled, or replaced by what matters. */
public final class Damage {
  private static final byte[] INTERESTING =
      "{}[]\",:0123456789eE.-+ntf\\u\0\n\u00ff\u007f\u0080".getBytes(StandardCharsets.ISO_8859_1);

  /** Counts and lengths at which things go wrong, as varints and as whole numbers. */
  private static final byte[][] LENGTHS = {
    {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07},
    {
      (byte) 0xff,
      (byte) 0xff,
      (byte) 0xff,
      (byte) 0xff,
      (byte) 0xff,
      (byte) 0xff,
      (byte) 0xff,
      (byte) 0xff,
      (byte) 0xff,
      1
    },
    {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f},
    {0, 0, 0, (byte) 0x80},
    "99999999999999999999".getBytes(StandardCharsets.ISO_8859_1),
    "1e999".getBytes(StandardCharsets.ISO_8859_1),
    "2147483647".getBytes(StandardCharsets.ISO_8859_1),
  };

  private Damage() {}

  /** A copy of a payload with one to four changes. */
  public static byte[] of(byte[] seed, SplittableRandom random) {
    byte[] payload = seed.clone();
    for (int edits = 1 + random.nextInt(4); edits > 0 && payload.length > 0; edits--) {
      int at = random.nextInt(payload.length);
      int length = 1 + random.nextInt(payload.length - at);
      payload =
          switch (random.nextInt(7)) {
            case 0 -> Arrays.copyOf(payload, at);
            case 1 -> spliced(payload, at, Math.min(length, 4), new byte[0]);
            case 2 -> spliced(payload, at, 0, Arrays.copyOfRange(payload, at, at + length));
            case 3 ->
                spliced(payload, at, Math.min(length, 4), LENGTHS[random.nextInt(LENGTHS.length)]);
            case 4 -> spliced(payload, at, 1, new byte[] {(byte) random.nextInt(256)});
            default ->
                spliced(
                    payload, at, 1, new byte[] {INTERESTING[random.nextInt(INTERESTING.length)]});
          };
    }
    return payload;
  }

  private static byte[] spliced(byte[] payload, int at, int removed, byte[] added) {
    return ByteBuffer.allocate(payload.length - removed + added.length)
        .put(payload, 0, at)
        .put(added)
        .put(payload, at + removed, payload.length - at - removed)
        .array();
  }
}
