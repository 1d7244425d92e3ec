package io.gradwatch.topology;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many labels of one model are kept, and the limit of the hashes below which they are: hashes
 * are unsigned, and the limit is included. Its owner deletes what the limit leaves out.
 */
final class KeptLabels {
  /** The limit moves by 1/128: about so much goes at once. */
  private static final int STEP = 7;

  /** A limit below which no label is expected among billions. */
  private static final long FLOOR = 1L << 32;

  private final long maxBytes;
  private final TreeMap<Long, Slice> slices = new TreeMap<>();
  private long bytes;
  private long limit = -1L;

  /** What lies above the limit and up to here is still to be deleted. */
  private long top = -1L;

  /** What came within a part of the time and is still there. */
  private record Slice(int labels, long bytes) {
    Slice plus(Slice more) {
      return new Slice(labels + more.labels, bytes + more.bytes);
    }
  }

  KeptLabels(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  long maxBytes() {
    return maxBytes;
  }

  long limit() {
    return limit;
  }

  long top() {
    return top;
  }

  boolean keeps(long priority) {
    return Long.compareUnsigned(priority, limit) <= 0;
  }

  /** Takes note of labels that came, or, below 0, that went or were joined. */
  void count(long slice, int labels, long more) {
    slices.merge(slice, new Slice(labels, more), Slice::plus);
    bytes += more;
  }

  /**
   * Forgets what came before a slice, as the store does.
   *
   * @return labels that nobody was joined with
   */
  int expire(long oldest) {
    SortedMap<Long, Slice> old = slices.headMap(oldest);
    int labels = 0;
    for (Slice slice : old.values()) {
      bytes -= slice.bytes;
      labels += Math.max(0, slice.labels);
    }
    old.clear();
    return labels;
  }

  /** Whether nothing above the limit is left. */
  boolean isTrimmed() {
    return top == limit;
  }

  void trimmed() {
    top = limit;
  }

  /** Lowers the limit if there are too many bytes, and says whether it did. */
  boolean lower() {
    if (bytes <= maxBytes || Long.compareUnsigned(limit, FLOOR) <= 0) {
      return false;
    }
    limit -= limit >>> STEP;
    return true;
  }

  /** Raises the limit where there is room. */
  void rise() {
    if (isTrimmed() && !isNearlyFull()) {
      long step = limit >>> STEP;
      limit = Long.compareUnsigned(limit, -1L - step) > 0 ? -1L : limit + step;
      top = limit;
    }
  }

  /** After a restart: where much is missing already, the limit is what it was. */
  void restore(long highest) {
    if (isNearlyFull()) {
      limit = highest;
      top = highest;
    }
  }

  private boolean isNearlyFull() {
    return bytes > maxBytes / 4 * 3;
  }
}
