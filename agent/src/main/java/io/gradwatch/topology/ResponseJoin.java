package io.gradwatch.topology;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SampledRecord;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.BottomK;
import io.gradwatch.window.JoinSettings;
import io.gradwatch.window.SampleKey;
import io.gradwatch.window.WindowProgress.Closed;
import io.gradwatch.window.WindowSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the responses that came for the sample, and joins them with the requests of a window when
 * it closes.
 *
 * <p>A response lies in the window of its own event time, of which the smallest priorities are kept
 * that fit into the bytes of a sample; it has the priority of its request. It answers a request
 * whose window was open when it came: whose close time the watermark of its own partition had not
 * passed. So what is joined depends on the order within partitions alone, and not on which of them
 * was read first.
 *
 * <p>A part of {@link WindowProcessor}, for the stream thread that owns the stores.
 */
final class ResponseJoin {
  /** Responses that wait for the close of the windows that they may answer. */
  static final String RESPONSES = "responses";

  /** Responses of closed windows, each under the key of its request. */
  static final String JOINED = "joined-responses";

  /** Values of the label {@code reason}. */
  static final String NO_ID = "no-id";

  private static final String AMBIGUOUS = "ambiguous";
  static final String EXPIRED = "expired";
  static final String OVER_BYTES = "over-bytes";

  private final Metrics metrics;
  private final SampleStore samples;
  private final SampleStore responses;
  private final SampleStore joined;
  private final Map<String, NavigableMap<Long, BottomK>> kept = new HashMap<>();

  /** Below which priority the last closed windows were sampled, as unsigned; by model. */
  private final Map<String, Long> thresholds = new HashMap<>();

  /** Where a response lies. */
  private record Place(long window, SampleKey key) {}

  /** A response that may be a request's. */
  private record Candidate(Place place, SamplesRecord value) {}

  /** Rebuilds what it knows from the stores. */
  ResponseJoin(ProcessorContext<?, ?> context, List<StreamModel> all, Metrics metrics) {
    this.metrics = metrics;
    samples = new SampleStore(context.getStateStore(ImportanceTopology.WINDOW_SAMPLES));
    responses = new SampleStore(context.getStateStore(RESPONSES));
    joined = new SampleStore(context.getStateStore(JOINED));
    Map<String, StreamModel> models =
        all.stream()
            .filter(StreamModel::joinsResponses)
            .collect(toUnmodifiableMap(StreamModel::name, Function.identity()));
    List<Runnable> leftovers = new ArrayList<>();
    responses.forEach(
        (name, window, key, value) -> {
          StreamModel model = models.get(name);
          if (model == null) {
            leftovers.add(() -> responses.delete(name, window, key));
          } else if (SampleStore.isRecord(value)) {
            bucket(model, window).offer(key, extent(value));
          } else {
            bucket(model, window).restoreCut(key);
          }
        });
    leftovers.forEach(Runnable::run);
  }

  static boolean isNeeded(List<StreamModel> models) {
    return models.stream().anyMatch(StreamModel::joinsResponses);
  }

  static List<StoreBuilder<?>> stores() {
    return List.of(
        ImportanceTopology.store(
            RESPONSES, Serdes.Bytes(), new ProtobufSerde<>(SamplesRecord.parser())),
        ImportanceTopology.store(
            JOINED, Serdes.Bytes(), new ProtobufSerde<>(SamplesRecord.parser())));
  }

  /**
   * Keeps a response, if a window is open that it may answer.
   *
   * @param watermark of its partition when it came; the smallest long before the first
   * @param next start of the first window that is not closed; null before the first
   */
  void keep(StreamModel model, SamplesRecord value, long watermark, @Nullable Long next) {
    WindowSettings settings = model.window();
    long window = settings.windowStart(value.getResponse().getEventTime());
    boolean forgotten = next != null && window < next - settings.size().toMillis();
    if (!model.joinsResponses() || forgotten || settings.closeTime(window) <= watermark) {
      return;
    }
    SamplesRecord.Builder entry = value.toBuilder();
    entry.getResponseBuilder().setAnswersFrom(firstOpen(settings, watermark));
    BottomK bucket = bucket(model, window);
    BottomK.Offer offer =
        responses.offer(bucket, model.name(), window, entry.build(), extent(value));
    if (!offer.kept() && isCut(bucket, Envelope.key(value))) {
      countUnjoined(model, OVER_BYTES);
    }
    offer.evicted().stream()
        .filter(evicted -> isCut(bucket, evicted))
        .forEach(evicted -> countUnjoined(model, OVER_BYTES));
  }

  /** Joins the requests of a span that is over, and forgets the responses that are too old now. */
  void close(StreamModel model, Closed span, NavigableMap<Long, BottomK> windows) {
    String name = model.name();
    if (span.ready()) {
      List<Place> answers = new ArrayList<>();
      samples
          .span(name, span.start(), span.end())
          .forEach((window, requests) -> join(model, window, requests, answers));
      answers.forEach(place -> drop(name, place));
    }
    countUnasked(model, span, windows);
    long kept = span.end() - model.window().size().toMillis();
    NavigableMap<Long, BottomK> old = buckets(name).headMap(kept, false);
    if (!old.isEmpty()) {
      responses.delete(name, old.firstKey(), kept);
      old.clear();
    }
  }

  private void join(
      StreamModel model,
      long window,
      NavigableMap<SampleKey, SamplesRecord> requests,
      List<Place> answers) {
    Map<String, Integer> missing = new TreeMap<>();
    Map<String, Long> uses = new HashMap<>();
    requests.values().forEach(request -> uses.merge(request.getSample().getId(), 1L, Long::sum));
    int found = 0;
    for (var request : requests.entrySet()) {
      String id = request.getValue().getSample().getId();
      List<Candidate> candidates = List.of();
      String reason = NO_ID;
      if (!id.isEmpty()) {
        candidates = candidates(model, window, request.getKey().priority(), id);
        candidates.forEach(candidate -> answers.add(candidate.place));
        boolean shared = uses.getOrDefault(id, 0L) > 1;
        reason =
            shared
                ? AMBIGUOUS
                : candidates.isEmpty() ? why(model, window, request.getKey().priority()) : "";
      }
      if (reason.isEmpty()) {
        joined.put(model.name(), window, request.getKey(), earliest(candidates));
        found++;
      } else {
        missing.merge(reason, 1, Integer::sum);
      }
    }
    metrics.add(Metric.RESPONSES_JOINED, found, model.name());
    missing.forEach(
        (reason, count) -> metrics.add(Metric.REQUESTS_UNJOINED, count, model.name(), reason));
  }

  private String why(StreamModel model, long window, long priority) {
    for (BottomK bucket : near(model, window).values()) {
      SampleKey cut = bucket.cut();
      if (cut != null && Long.compareUnsigned(priority, cut.priority()) >= 0) {
        return OVER_BYTES;
      }
    }
    return EXPIRED;
  }

  private List<Candidate> candidates(StreamModel model, long window, long priority, String id) {
    List<Candidate> found = new ArrayList<>();
    near(model, window)
        .forEach(
            (bucket, sample) -> {
              // The smallest key of the priority, whether there is one or not.
              for (SampleKey key : sample.keys().tailSet(new SampleKey(priority, "", 0, 0))) {
                if (key.priority() != priority) {
                  return;
                }
                SamplesRecord value = responses.get(model.name(), bucket, key);
                if (value != null
                    && value.getResponse().getId().equals(id)
                    && value.getResponse().getAnswersFrom() <= window) {
                  found.add(new Candidate(new Place(bucket, key), value));
                }
              }
            });
    return found;
  }

  private static SamplesRecord earliest(List<Candidate> candidates) {
    Candidate first = candidates.get(0);
    for (Candidate candidate : candidates) {
      long time = candidate.value.getResponse().getEventTime();
      long least = first.value.getResponse().getEventTime();
      boolean sooner = candidate.place.key.compareTo(first.place.key) < 0;
      first = time < least || (time == least && sooner) ? candidate : first;
    }
    return first.value;
  }

  /** The windows that responses to a window's requests lie in. */
  private NavigableMap<Long, BottomK> near(StreamModel model, long window) {
    WindowSettings settings = model.window();
    long size = settings.size().toMillis();
    // Clocks differ: a response may say that it came before its request.
    long last = settings.windowStart(settings.closeTime(window));
    return buckets(model.name()).subMap(window - size, true, last, true);
  }

  private void drop(String model, Place place) {
    BottomK bucket = buckets(model).get(place.window);
    if (bucket != null) {
      bucket.remove(place.key);
      responses.delete(model, place.window, place.key);
    }
  }

  /**
   * Counts what nobody asked for: responses that are left although their requests would have been
   * sampled, in the window of the response and in the one before.
   */
  private void countUnasked(StreamModel model, Closed span, NavigableMap<Long, BottomK> windows) {
    long threshold = -1L;
    for (BottomK window : windows.subMap(span.start(), true, span.end(), false).values()) {
      threshold = smaller(threshold, window.threshold());
    }
    Long before = thresholds.put(model.name(), threshold);
    if (before == null) {
      return; // of the requests before a start nothing is known
    }
    long limit = smaller(threshold, before);
    buckets(model.name())
        .subMap(span.start(), true, span.end(), false)
        .forEach(
            (window, bucket) -> {
              for (SampleKey key : bucket.keys()) {
                if (Long.compareUnsigned(key.priority(), limit) >= 0) {
                  return;
                }
                SamplesRecord value = responses.get(model.name(), window, key);
                if (value != null && answers(model, value.getResponse())) {
                  countUnjoined(model, EXPIRED);
                }
              }
            });
  }

  private static boolean answers(StreamModel model, SampledRecord response) {
    return model.selection().answers(field -> Envelope.text(response, field));
  }

  private static long smaller(long a, long b) {
    return Long.compareUnsigned(a, b) <= 0 ? a : b;
  }

  private void countUnjoined(StreamModel model, String reason) {
    metrics.add(Metric.RESPONSES_UNJOINED, 1, model.name(), reason);
  }

  private static boolean isCut(BottomK bucket, SampleKey key) {
    SampleKey cut = bucket.cut();
    return cut != null && key.compareTo(cut) >= 0;
  }

  /** The first window whose close time a watermark has not passed. */
  private static long firstOpen(WindowSettings settings, long watermark) {
    long length = settings.size().toMillis() + settings.grace().toMillis();
    return watermark < length
        ? 0
        : settings.windowStart(watermark - length) + settings.size().toMillis();
  }

  private NavigableMap<Long, BottomK> buckets(String model) {
    return kept.computeIfAbsent(model, name -> new TreeMap<>());
  }

  private BottomK bucket(StreamModel model, long window) {
    return buckets(model.name()).computeIfAbsent(window, w -> JoinSettings.sample(model.window()));
  }

  private static BottomK.Extent extent(SamplesRecord value) {
    return new BottomK.Extent(value.getResponse().getSerializedSize(), 0);
  }
}
