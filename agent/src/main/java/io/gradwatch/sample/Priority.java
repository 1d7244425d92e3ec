package io.gradwatch.sample;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The priority of a record: an unsigned 64-bit hash of (seed, topic, partition, offset), or of
 * (seed, id) where records are joined by an id.
 *
 * <p>The k records with the smallest priorities of a window are a uniform sample without
 * replacement, the bottom-k sketch of Cohen and Kaplan (PODC 2007). It depends on offsets or ids
 * alone: replays, restarts and rebalances cannot change it.
 *
 * <p>Topic and partition are hashed once with SHA-256 into the start of a SplitMix64 sequence
 * (Steele, Lea and Flood, OOPSLA 2014); the priority of an offset is the sequence's element at that
 * place. Offsets of one partition never collide, for the step and the finaliser are bijections.
 */
public final class Priority {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double TWO_TO_64 = 0x1p64;

  private final long origin;

  /**
   * The priorities of one partition.
   *
   * @param seed of the deployment; every sampler of a model must use the same
   */
  public Priority(long seed, String topic, int partition) {
    byte[] name = topic.getBytes(StandardCharsets.UTF_8);
    ByteBuffer input = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + name.length);
    input.putLong(seed).putInt(partition).put(name).flip();
    MessageDigest digest = Sha256.begin();
    digest.update(input);
    origin = ByteBuffer.wrap(digest.digest()).getLong();
  }

  /**
   * The priority of whatever has an id, so that a request and its response are sampled together
   * without a word between the samplers. SHA-256, for clients choose ids.
   *
   * @param seed of the deployment
   */
  public static long ofId(long seed, String id) {
    MessageDigest digest = Sha256.begin();
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).flip());
    return ByteBuffer.wrap(digest.digest(id.getBytes(StandardCharsets.UTF_8))).getLong();
  }

  /** The priority of an offset, to be compared with {@link Long#compareUnsigned}. */
  public long of(long offset) {
    long z = origin + offset * GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A priority as a fraction of all priorities, 0 to 1: uniform over records. */
  public static double fraction(long priority) {
    // The upper 53 bits are all that a double holds.
    return ((priority >>> 11) + 0.5) * 0x1p11 / TWO_TO_64;
  }
}
