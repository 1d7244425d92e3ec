package io.gradwatch.topology;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.BottomK;
import io.gradwatch.window.JoinSettings;
import io.gradwatch.window.SampleKey;
import io.gradwatch.window.WindowSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The responses that wait for the close of the windows that they may answer: of each window of
 * their own event times those with the smallest priorities that fit into the bytes of a sample.
 *
 * <p>A view of a state store, for the stream thread that owns it.
 */
final class KeptResponses {
  static final String NAME = "responses";

  private final SampleStore store;
  private final Map<String, NavigableMap<Long, BottomK>> kept = new HashMap<>();

  /** Where a response lies. */
  record Place(long window, SampleKey key) {}

  /** A response that may be a request's. */
  record Candidate(Place place, SamplesRecord value) {}

  /** Reads what is there, and drops what is of other models than these. */
  KeptResponses(KeyValueStore<Bytes, SamplesRecord> store, List<StreamModel> models) {
    this.store = new SampleStore(store);
    Map<String, StreamModel> byName =
        models.stream().collect(toUnmodifiableMap(StreamModel::name, Function.identity()));
    List<Runnable> leftovers = new ArrayList<>();
    this.store.forEach(
        (name, window, key, value) -> {
          StreamModel model = byName.get(name);
          if (model == null) {
            leftovers.add(() -> this.store.delete(name, window, key));
          } else if (SampleStore.isRecord(value)) {
            sample(model, window).offer(key, extent(value));
          } else {
            sample(model, window).restoreCut(key);
          }
        });
    leftovers.forEach(Runnable::run);
  }

  /**
   * Offers a response to the sample of its window.
   *
   * @return responses that there is no room for in bytes: this one or others
   */
  int offer(StreamModel model, long window, SamplesRecord value) {
    BottomK sample = sample(model, window);
    BottomK.Offer offer = store.offer(sample, model.name(), window, value, extent(value));
    long evicted = offer.evicted().stream().filter(key -> isCut(sample, key)).count();
    boolean refused = !offer.kept() && isCut(sample, Envelope.key(value));
    return Math.toIntExact(evicted) + (refused ? 1 : 0);
  }

  /** The responses with an id that may answer a request of a window. */
  List<Candidate> candidates(StreamModel model, long window, long priority, String id) {
    List<Candidate> found = new ArrayList<>();
    near(model, window)
        .forEach(
            (at, sample) -> {
              // The smallest key of the priority, whether there is one or not.
              for (SampleKey key : sample.keys().tailSet(new SampleKey(priority, "", 0, 0))) {
                if (key.priority() != priority) {
                  return;
                }
                SamplesRecord value = store.get(model.name(), at, key);
                if (value != null
                    && value.getResponse().getId().equals(id)
                    && value.getResponse().getAnswersFrom() <= window) {
                  found.add(new Candidate(new Place(at, key), value));
                }
              }
            });
    return found;
  }

  /** Whether there was no room in bytes for a response to a request of a window. */
  boolean isCut(StreamModel model, long window, long priority) {
    return near(model, window).values().stream()
        .map(BottomK::cut)
        .anyMatch(cut -> cut != null && Long.compareUnsigned(priority, cut.priority()) >= 0);
  }

  /** The samples of a span by window. */
  SortedMap<Long, BottomK> within(String model, long start, long end) {
    return samples(model).subMap(start, end);
  }

  @Nullable SamplesRecord get(String model, long window, SampleKey key) {
    return store.get(model, window, key);
  }

  void drop(String model, Place place) {
    BottomK sample = samples(model).get(place.window);
    if (sample != null) {
      sample.remove(place.key);
      store.delete(model, place.window, place.key);
    }
  }

  /** Drops all windows of a model that start before a time. */
  void forgetBefore(String model, long start) {
    NavigableMap<Long, BottomK> old = samples(model).headMap(start, false);
    if (!old.isEmpty()) {
      store.delete(model, old.firstKey(), start);
      old.clear();
    }
  }

  /** The windows that responses to a window's requests lie in. */
  private NavigableMap<Long, BottomK> near(StreamModel model, long window) {
    WindowSettings settings = model.window();
    // Clocks differ: a response may say that it came before its request.
    long first = window - settings.size().toMillis();
    long last = settings.windowStart(settings.closeTime(window));
    return samples(model.name()).subMap(first, true, last, true);
  }

  private NavigableMap<Long, BottomK> samples(String model) {
    return kept.computeIfAbsent(model, name -> new TreeMap<>());
  }

  private BottomK sample(StreamModel model, long window) {
    return samples(model.name()).computeIfAbsent(window, w -> JoinSettings.sample(model.window()));
  }

  private static boolean isCut(BottomK sample, SampleKey key) {
    SampleKey cut = sample.cut();
    return cut != null && key.compareTo(cut) >= 0;
  }

  private static BottomK.Extent extent(SamplesRecord value) {
    return new BottomK.Extent(value.getResponse().getSerializedSize(), 0);
  }
}
