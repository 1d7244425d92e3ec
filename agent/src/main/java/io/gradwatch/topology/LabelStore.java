package io.gradwatch.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.Priority;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.Label;
import io.gradwatch.window.LabelSource;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;

/**
 * The labels of the last time, bounded by {@code label-bytes} a model.
 *
 * <p>A label stays while the hash of its id is below a limit. Where a model has more than its
 * bytes, the limit falls and what is above it goes, so that a uniform part of the labels of every
 * window stays, whenever they came. Where requests are sampled by their ids, that part is the one
 * that was sampled, for the hash is {@link Priority#ofId}. The limit rises again while a quarter of
 * the bytes is free.
 *
 * <p>Keys begin with model and hash, so that what goes is a range. Labels that are too old, the
 * store forgets by itself. A view of a state store, for the stream thread that owns it.
 */
final class LabelStore {
  static final String NAME = "labels";

  /** For windows that wait for the device, and for clocks that differ. */
  private static final Duration SPARE = Duration.ofHours(1);

  /** What comes and goes is counted by so many parts of the time that labels are kept. */
  private static final int SLICES = 32;

  /** Labels that go at one call, so that the stream thread is soon back. */
  private static final int BATCH = 5_000;

  /** One label must not be what all the others have to go for. */
  private static final int LABELS_AT_LEAST = 100;

  /** Of the time and the sequence number, which the store puts behind a key. */
  private static final int KEY_SUFFIX = 12;

  private final WindowStore<String, Label> store;
  private final Metrics metrics;
  private final long sliceMillis;
  private final Map<String, KeptLabels> kept = new HashMap<>();

  /** The first slice that counts. */
  private long oldest = Long.MIN_VALUE;

  /** A label and when it came. */
  record Found(long time, List<Double> values) {}

  /** Reads what the store holds. */
  LabelStore(ProcessorContext<?, ?> context, List<StreamModel> models, Metrics metrics) {
    this.store = context.getStateStore(NAME);
    this.metrics = metrics;
    this.sliceMillis = longest(models).toMillis() / SLICES;
    for (StreamModel model : models) {
      LabelSource source = model.labels();
      if (source != null) {
        kept.put(model.name(), new KeptLabels(source.labelBytes()));
      }
    }
    restore();
  }

  static StoreBuilder<?> builder(List<StreamModel> models) {
    return Stores.windowStoreBuilder(
        Stores.persistentWindowStore(NAME, retention(models), Duration.ofMillis(1), false),
        Serdes.String(),
        new ProtobufSerde<>(Label.parser()));
  }

  /** Labels live as long as the oldest request that they may answer, and a slice longer. */
  static Duration retention(List<StreamModel> models) {
    Duration longest = longest(models);
    return longest.plus(longest.dividedBy(SLICES));
  }

  private static Duration longest(List<StreamModel> models) {
    Duration longest = Duration.ZERO;
    for (StreamModel model : models) {
      LabelSource source = model.labels();
      if (source != null) {
        Duration wait = source.labelWait().plus(model.window().maxWindow()).plus(SPARE);
        longest = wait.compareTo(longest) > 0 ? wait : longest;
      }
    }
    return longest;
  }

  /**
   * Keeps a label, if the hash of its id is below the limit.
   *
   * @param now wall-clock time
   */
  void put(String model, Label label, long now) {
    KeptLabels own = kept.get(model);
    if (own == null) {
      return;
    }
    long priority = priority(label.getId());
    String key = key(model, priority, label.getId());
    long size = size(key, label);
    if (!own.keeps(priority) || size > own.maxBytes() / LABELS_AT_LEAST) {
      metrics.add(Metric.LABELS_UNJOINED, 1, model, Unjoined.OVER_BYTES);
      return;
    }
    Label before = store.fetch(key, now);
    if (before != null) {
      count(own, now, -1, -size(key, before));
    }
    store.put(key, label, now);
    count(own, now, 1, size);
    trim(model, own);
  }

  /** The last label of an id; null where there is none. */
  @Nullable Found get(String model, String id) {
    long priority = priority(id);
    KeptLabels own = kept.get(model);
    if (own == null || !own.keeps(priority)) {
      return null;
    }
    try (WindowStoreIterator<Label> found =
        store.backwardFetch(key(model, priority, id), 0, Long.MAX_VALUE)) {
      if (!found.hasNext()) {
        return null;
      }
      var last = found.next();
      return new Found(last.key, last.value.getValuesList());
    }
  }

  /** Why there is no label of an id, as values of the label {@code reason}. */
  String why(String model, String id) {
    KeptLabels own = kept.get(model);
    return own != null && !own.keeps(priority(id)) ? Unjoined.OVER_BYTES : Unjoined.EXPIRED;
  }

  /** Takes note that labels were joined, so that they are not counted when they are too old. */
  void joined(String model, Collection<Found> labels) {
    KeptLabels own = kept.get(model);
    if (own != null) {
      labels.forEach(label -> count(own, label.time, -1, 0));
    }
  }

  /**
   * What time does: labels become too old, and the limit rises where there is room.
   *
   * @param now wall-clock time
   */
  void advance(long now) {
    oldest = Math.floorDiv(now, sliceMillis) - SLICES;
    kept.forEach(
        (model, own) -> {
          int labels = own.expire(oldest);
          if (labels > 0) {
            metrics.add(Metric.LABELS_UNJOINED, labels, model, Unjoined.EXPIRED);
          }
          trim(model, own);
          own.rise();
        });
  }

  /** Lowers the limit until the rest fits, and deletes what is above it. */
  private void trim(String model, KeptLabels own) {
    int left = BATCH;
    while (left > 0) {
      if (own.isTrimmed() && !own.lower()) {
        return;
      }
      int deleted = deleteAboveLimit(model, own, left);
      left -= deleted;
      if (deleted > 0) {
        metrics.add(Metric.LABELS_UNJOINED, deleted, model, Unjoined.OVER_BYTES);
      }
    }
  }

  private int deleteAboveLimit(String model, KeptLabels own, int most) {
    int deleted = 0;
    // Behind the hash comes a '/', and '0' is what follows it.
    String from = prefix(model, own.limit() + 1);
    String to = prefix(model, own.top()) + "0";
    try (KeyValueIterator<Windowed<String>, Label> above =
        store.fetch(from, to, 0, Long.MAX_VALUE)) {
      while (above.hasNext() && deleted < most) {
        var entry = above.next();
        long time = entry.key.window().start();
        store.put(entry.key.key(), null, time);
        count(own, time, -1, -size(entry.key.key(), entry.value));
        deleted++;
      }
      if (!above.hasNext()) {
        own.trimmed();
      }
    }
    return deleted;
  }

  /** Counts what there is; where much is missing already, the limit is what it was. */
  private void restore() {
    Map<String, Long> highest = new HashMap<>();
    try (KeyValueIterator<Windowed<String>, Label> all = store.all()) {
      while (all.hasNext()) {
        var entry = all.next();
        String before = entry.key.key();
        long time = entry.key.window().start();
        String model = before.substring(0, before.indexOf('/'));
        KeptLabels own = kept.get(model);
        if (own == null) {
          continue; // no longer configured: it becomes too old
        }
        long priority = priority(entry.value.getId());
        String key = key(model, priority, entry.value.getId());
        if (!key.equals(before)) {
          // Written before keys had the hash.
          store.put(before, null, time);
          store.put(key, entry.value, time);
        }
        count(own, time, 1, size(key, entry.value));
        highest.merge(model, priority, (a, b) -> Long.compareUnsigned(a, b) < 0 ? b : a);
      }
    }
    highest.forEach(
        (model, priority) -> {
          KeptLabels own = kept.get(model);
          if (own != null) {
            own.restore(priority);
          }
        });
  }

  private void count(KeptLabels own, long time, int labels, long bytes) {
    long slice = Math.floorDiv(time, sliceMillis);
    if (slice >= oldest) {
      own.count(slice, labels, bytes);
    }
  }

  private static long priority(String id) {
    return Priority.ofId(SamplingTopology.SEED, id);
  }

  private static String prefix(String model, long priority) {
    return "%s/%s".formatted(model, hex(priority));
  }

  private static String key(String model, long priority, String id) {
    return model + '/' + hex(priority) + '/' + id;
  }

  /** Sixteen digits, whose order is that of unsigned numbers. */
  private static String hex(long priority) {
    String digits = Long.toHexString(priority);
    return "0".repeat(16 - digits.length()) + digits;
  }

  /** Bytes that the store writes for an entry. */
  private static long size(String key, Label label) {
    return (long) key.getBytes(UTF_8).length + KEY_SUFFIX + label.getSerializedSize();
  }
}
