package io.gradwatch.window;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private final NavigableMap<SampleKey, Extent> extents = new TreeMap<>();
  private long bytes;
  private int rows;
  private @Nullable SampleKey cut;

  /**
   * An empty sample.
   *
   * @param k records at most
   * @param maxBytes sum of their sizes at most
   */
  public BottomK(int k, long maxBytes) {
    this.k = k;
    this.maxBytes = maxBytes;
  }

  /**
   * How large a record is.
   *
   * @param bytes as it is kept
   * @param rows inference samples in it
   */
  public record Extent(int bytes, int rows) {}

  /**
   * What an offer changed.
   *
   * @param kept whether the offered key is new in the sample
   * @param evicted keys that had to leave for it, never the offered one
   */
  public record Offer(boolean kept, List<SampleKey> evicted) {}

  /** Offers a record. */
  public Offer offer(SampleKey key, Extent extent) {
    boolean beyondCut = cut != null && key.compareTo(cut) >= 0;
    boolean beyondLast = extents.size() == k && key.compareTo(extents.lastKey()) > 0;
    if (beyondCut || beyondLast || extents.containsKey(key)) {
      return new Offer(false, List.of());
    }
    extents.put(key, extent);
    bytes += extent.bytes();
    rows += extent.rows();
    List<SampleKey> evicted = new ArrayList<>();
    while (extents.size() > k || bytes > maxBytes) {
      // A key beyond one that did not fit is no part of the prefix, even if it is small.
      if (bytes > maxBytes) {
        cut = extents.lastKey();
      }
      Map.Entry<SampleKey, Extent> last = extents.pollLastEntry();
      bytes -= last.getValue().bytes();
      rows -= last.getValue().rows();
      evicted.add(last.getKey());
    }
    boolean kept = !evicted.remove(key);
    return new Offer(kept, List.copyOf(evicted));
  }

  /**
   * The smallest key that did not fit into the bytes, null while all fitted; keys from here on are
   * refused.
   */
  public @Nullable SampleKey cut() {
    return cut;
  }

  /**
   * Keys below this priority are in the sample if they were offered, the largest unsigned number
   * while all are.
   */
  public long threshold() {
    if (cut != null) {
      return cut.priority();
    }
    return extents.size() < k ? -1L : extents.lastKey().priority();
  }

  /** Restores {@link #cut} after a restart. */
  public void restoreCut(SampleKey key) {
    cut = cut == null || key.compareTo(cut) < 0 ? key : cut;
  }

  /** Takes a key out for good; what was refused or evicted for it does not come back. */
  public void remove(SampleKey key) {
    Extent extent = extents.remove(key);
    if (extent != null) {
      bytes -= extent.bytes();
      rows -= extent.rows();
    }
  }

  /** The keys in priority order; a view. */
  public NavigableSet<SampleKey> keys() {
    return extents.navigableKeySet();
  }

  /** Rows in the records that it holds. */
  public int rows() {
    return rows;
  }
}
