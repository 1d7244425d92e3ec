package io.gradwatch.window;

import io.gradwatch.sample.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * SHA-256 over the (topic, partition, offset) of sampled records: two runs over the same input have
 * the same digest of each window. Not thread-safe.
 */
public final class SampleDigest {
  private final MessageDigest digest = Sha256.begin();

  /** Adds the next record in priority order. */
  public void add(SampleKey key) {
    byte[] topic = key.topic().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(2 * Integer.BYTES + topic.length + Long.BYTES);
    bytes.putInt(topic.length).put(topic).putInt(key.partition()).putLong(key.offset());
    digest.update(bytes.flip());
  }

  /** The digest of all that was added, 64 lower-case hex digits; starts anew. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
