package io.gradwatch.topology;

import io.gradwatch.serde.StoreKey;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Closed windows whose outcomes have not been published. A view of a state store, for the stream
 * thread that owns it.
 */
final class PendingWindows {
  private final KeyValueStore<Bytes, PendingWindow> store;

  /**
   * What the store holds: to scan it ten times a second costs the more, the more windows have been
   * deleted from it.
   */
  private final Map<String, NavigableMap<Long, PendingWindow>> held = new TreeMap<>();

  /** Reads what is there. */
  PendingWindows(KeyValueStore<Bytes, PendingWindow> store) {
    this.store = store;
    try (KeyValueIterator<Bytes, PendingWindow> entries = store.all()) {
      entries.forEachRemaining(entry -> hold(entry.value));
    }
  }

  /** The models that have had one, in the order of their names. */
  List<String> models() {
    return List.copyOf(held.keySet());
  }

  /** Those of a model, the oldest first. */
  List<PendingWindow> of(String model) {
    return List.copyOf(held.getOrDefault(model, new TreeMap<>()).values());
  }

  int count(String model) {
    return held.getOrDefault(model, new TreeMap<>()).size();
  }

  /** Takes a window, or what has become of one. */
  void put(PendingWindow window) {
    store.put(key(window), window);
    hold(window);
  }

  void remove(PendingWindow window) {
    store.delete(key(window));
    held.getOrDefault(window.model(), new TreeMap<>()).remove(window.start());
  }

  private void hold(PendingWindow window) {
    held.computeIfAbsent(window.model(), model -> new TreeMap<>()).put(window.start(), window);
  }

  private static Bytes key(PendingWindow window) {
    return StoreKey.of(window.model()).and(window.start()).bytes();
  }
}
