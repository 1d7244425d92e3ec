package io.gradwatch.window;

import java.util.Comparator;

/**
 * Which record it is, ordered by priority: the order of a window's sample.
 *
 * @param priority unsigned; see {@link io.gradwatch.sample.Priority}
 * @param topic the inference topic
 * @param partition of that topic
 * @param offset in that partition
 */
public record SampleKey(long priority, String topic, int partition, long offset)
    implements Comparable<SampleKey> {
  // Beyond the priority the order only has to be total: two partitions collide once in 2^64.
  private static final Comparator<SampleKey> ORDER =
      Comparator.<SampleKey, Long>comparing(SampleKey::priority, Long::compareUnsigned)
          .thenComparing(SampleKey::topic)
          .thenComparingInt(SampleKey::partition)
          .thenComparingLong(SampleKey::offset);

  /** The same record with another place in the order. */
  public SampleKey withPriority(long other) {
    return new SampleKey(other, topic, partition, offset);
  }

  @Override
  public int compareTo(SampleKey other) {
    return ORDER.compare(this, other);
  }
}
