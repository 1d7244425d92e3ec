package io.gradwatch.topology;

import io.gradwatch.serde.StoreKey;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.BottomK;
import io.gradwatch.window.SampleKey;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The sampled records of open and pending windows: one entry a record, in the order of model,
 * window and priority.
 *
 * <p>An entry without a sample marks the place from which on records did not fit into the window's
 * bytes. A view of a state store, for the stream thread that owns it.
 */
final class SampleStore {
  private final KeyValueStore<Bytes, SamplesRecord> store;

  SampleStore(KeyValueStore<Bytes, SamplesRecord> store) {
    this.store = store;
  }

  /** Takes one entry of {@link #forEach}. */
  interface Visitor {
    void visit(String model, long window, SampleKey key, SamplesRecord value);
  }

  /**
   * Offers a record to the sample of its window, and stores what that changes.
   *
   * @param sample of the window
   */
  BottomK.Offer offer(
      BottomK sample, String model, long window, SamplesRecord value, BottomK.Extent extent) {
    SampleKey key = Envelope.key(value);
    SampleKey cutBefore = sample.cut();
    BottomK.Offer offer = sample.offer(key, extent);
    if (offer.kept()) {
      put(model, window, key, value);
    }
    offer.evicted().forEach(evicted -> delete(model, window, evicted));
    SampleKey cut = sample.cut();
    if (cut != null && !cut.equals(cutBefore)) {
      putCut(model, window, cut);
    }
    return offer;
  }

  /** Whether an entry is a record, and not the mark of the first one that did not fit. */
  static boolean isRecord(SamplesRecord entry) {
    return entry.getKindCase() != SamplesRecord.KindCase.KIND_NOT_SET;
  }

  @Nullable SamplesRecord get(String model, long window, SampleKey key) {
    return store.get(storeKey(model, window, key));
  }

  void put(String model, long window, SampleKey key, SamplesRecord value) {
    store.put(storeKey(model, window, key), value);
  }

  private void putCut(String model, long window, SampleKey key) {
    store.put(storeKey(model, window, key), SamplesRecord.getDefaultInstance());
  }

  void delete(String model, long window, SampleKey key) {
    store.delete(storeKey(model, window, key));
  }

  /** Deletes all of a span. */
  void delete(String model, long start, long end) {
    try (KeyValueIterator<Bytes, SamplesRecord> span = range(model, start, end)) {
      while (span.hasNext()) {
        store.delete(span.next().key);
      }
    }
  }

  /** The samples of a span by window, each in priority order. */
  NavigableMap<Long, NavigableMap<SampleKey, SamplesRecord>> span(
      String model, long start, long end) {
    NavigableMap<Long, NavigableMap<SampleKey, SamplesRecord>> windows = new TreeMap<>();
    try (KeyValueIterator<Bytes, SamplesRecord> span = range(model, start, end)) {
      visit(
          span,
          (m, window, key, value) -> {
            if (isRecord(value)) {
              windows.computeIfAbsent(window, w -> new TreeMap<>()).put(key, value);
            }
          });
    }
    return windows;
  }

  /** Visits every entry, in order. */
  void forEach(Visitor visitor) {
    try (KeyValueIterator<Bytes, SamplesRecord> all = store.all()) {
      visit(all, visitor);
    }
  }

  private KeyValueIterator<Bytes, SamplesRecord> range(String model, long start, long end) {
    return store.range(
        StoreKey.of(model).and(start).bytes(), StoreKey.of(model).and(end - 1).last());
  }

  private static void visit(KeyValueIterator<Bytes, SamplesRecord> entries, Visitor visitor) {
    while (entries.hasNext()) {
      KeyValue<Bytes, SamplesRecord> entry = entries.next();
      StoreKey.Reader parts = StoreKey.read(entry.key);
      String model = parts.text();
      long window = parts.number();
      long priority = parts.number();
      int partition = Math.toIntExact(parts.number());
      long offset = parts.number();
      visitor.visit(
          model, window, new SampleKey(priority, parts.text(), partition, offset), entry.value);
    }
  }

  private static Bytes storeKey(String model, long window, SampleKey key) {
    return StoreKey.of(model)
        .and(window)
        .and(key.priority())
        .and(key.partition())
        .and(key.offset())
        .and(key.topic())
        .bytes();
  }
}
