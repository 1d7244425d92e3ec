package io.gradwatch.agent;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What is made only when somebody asks for it: one at a time, whoever asks, and the last ones are
 * kept. Thread-safe.
 *
 * @param <K> what is asked for
 * @param <V> what is made of it
 */
final class OnDemand<K, V> {
  private static final int KEPT = 16;

  /** In event time; until then what was made is as good as new. */
  private static final long FRESH_MILLIS = 30_000;

  private final Executor thread;
  private final Map<K, Made<V>> made =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Made<V>> eldest) {
          return size() > KEPT;
        }
      };
  private boolean busy;

  private record Made<V>(long end, V value) {}

  /**
   * @param thread that makes it
   */
  OnDemand(Executor thread) {
    this.thread = thread;
  }

  /**
   * What there is of something; begins to make it if it is not there, or old, and nothing else is
   * being made. Never waits.
   *
   * @param end of the newest window, in event time
   * @param maker makes it, on the thread
   * @param pending what is said until it is there
   */
  synchronized V look(K asked, long end, Supplier<V> maker, V pending) {
    Made<V> known = made.get(asked);
    boolean old = known == null || end - known.end() >= FRESH_MILLIS;
    if (old && !busy) {
      busy = true;
      thread.execute(() -> keep(asked, end, maker));
    }
    return known == null ? pending : known.value();
  }

  private void keep(K asked, long end, Supplier<V> maker) {
    V done = null;
    try {
      done = maker.get();
    } finally {
      synchronized (this) {
        busy = false;
        if (done != null) {
          made.put(asked, new Made<>(end, done));
        }
      }
    }
  }
}
