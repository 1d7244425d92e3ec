package io.gradwatch.window;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The bottom-k sample of one window while it fills: the k smallest keys, or the longest prefix of
 * them that fits into a number of bytes.
 *
 * <p>What it holds depends on the set of keys that were offered, not on their order and not on
 * repetition, so that samples of parts merge and replays change nothing. Not thread-safe.
 */
public final class BottomK {
  private final int k;
  private final long maxBytes;
  private final NavigableMap<SampleKey, Integer> bytesByKey = new TreeMap<>();
  private long bytes;
  private @Nullable SampleKey cut;

  /**
   * An empty sample.
   *
   * @param k keys at most
   * @param maxBytes sum of their sizes at most
   */
  public BottomK(int k, long maxBytes) {
    this.k = k;
    this.maxBytes = maxBytes;
  }

  /**
   * What an offer changed.
   *
   * @param kept whether the offered key is new in the sample
   * @param evicted keys that had to leave for it, never the offered one
   */
  public record Offer(boolean kept, List<SampleKey> evicted) {}

  /** Offers a record of {@code size} bytes. */
  public Offer offer(SampleKey key, int size) {
    if (bytesByKey.containsKey(key) || (cut != null && key.compareTo(cut) >= 0)) {
      return new Offer(false, List.of());
    }
    if (bytesByKey.size() == k && key.compareTo(bytesByKey.lastKey()) > 0) {
      return new Offer(false, List.of());
    }
    bytesByKey.put(key, size);
    bytes += size;
    List<SampleKey> evicted = new ArrayList<>();
    while (bytesByKey.size() > k || bytes > maxBytes) {
      // A key beyond one that did not fit is no part of the prefix, even if it is small and comes
      // later.
      if (bytes > maxBytes) {
        cut = bytesByKey.lastKey();
      }
      var last = bytesByKey.pollLastEntry();
      bytes -= last.getValue();
      evicted.add(last.getKey());
    }
    boolean kept = !evicted.remove(key);
    return new Offer(kept, List.copyOf(evicted));
  }

  /**
   * The smallest key that did not fit into the bytes; null while all fitted. Keys from here on are
   * refused.
   */
  public @Nullable SampleKey cut() {
    return cut;
  }

  /** Restores {@link #cut} after a restart. */
  public void restoreCut(SampleKey key) {
    cut = cut == null || key.compareTo(cut) < 0 ? key : cut;
  }

  /** The keys in priority order. */
  public NavigableSet<SampleKey> keys() {
    return bytesByKey.navigableKeySet();
  }
}
