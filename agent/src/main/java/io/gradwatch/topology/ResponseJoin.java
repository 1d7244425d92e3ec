package io.gradwatch.topology;

import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SampledRecord;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.topology.KeptResponses.Candidate;
import io.gradwatch.topology.KeptResponses.Place;
import io.gradwatch.window.BottomK;
import io.gradwatch.window.SampleKey;
import io.gradwatch.window.WindowProgress.Closed;
import io.gradwatch.window.WindowSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
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
  /** Responses of closed windows, each under the key of its request. */
  static final String JOINED = "joined-responses";

  private static final Comparator<Candidate> EARLIEST =
      Comparator.<Candidate>comparingLong(found -> found.value().getResponse().getEventTime())
          .thenComparing(found -> found.place().key());

  private final Metrics metrics;
  private final SampleStore samples;
  private final KeptResponses responses;
  private final SampleStore joined;

  /** Below which priority the last closed windows were sampled, as unsigned; by model. */
  private final Map<String, Long> thresholds = new HashMap<>();

  /** Rebuilds what it knows from the stores. */
  ResponseJoin(ProcessorContext<?, ?> context, List<StreamModel> all, Metrics metrics) {
    this.metrics = metrics;
    samples = new SampleStore(context.getStateStore(ImportanceTopology.WINDOW_SAMPLES));
    responses =
        new KeptResponses(
            context.getStateStore(KeptResponses.NAME),
            all.stream().filter(StreamModel::joinsResponses).toList());
    joined = new SampleStore(context.getStateStore(JOINED));
  }

  static boolean isNeeded(List<StreamModel> models) {
    return models.stream().anyMatch(StreamModel::joinsResponses);
  }

  static List<StoreBuilder<?>> stores() {
    return Stream.of(KeptResponses.NAME, JOINED)
        .<StoreBuilder<?>>map(
            name ->
                ImportanceTopology.store(
                    name, Serdes.Bytes(), new ProtobufSerde<>(SamplesRecord.parser())))
        .toList();
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
    int cut = responses.offer(model, window, entry.build());
    if (cut > 0) {
      metrics.add(Metric.RESPONSES_UNJOINED, cut, model.name(), Unjoined.OVER_BYTES);
    }
  }

  /** Joins the requests of a span that is over, and forgets the responses that are too old now. */
  void close(StreamModel model, Closed span, NavigableMap<Long, BottomK> windows) {
    String name = model.name();
    if (span.ready()) {
      List<Place> answers = new ArrayList<>();
      samples
          .span(name, span.start(), span.end())
          .forEach((window, requests) -> join(model, window, requests, answers));
      answers.forEach(place -> responses.drop(name, place));
    }
    countUnasked(model, span, windows);
    responses.forgetBefore(name, span.end() - model.window().size().toMillis());
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
      String reason = Unjoined.NO_ID;
      if (!id.isEmpty()) {
        candidates = responses.candidates(model, window, request.getKey().priority(), id);
        candidates.forEach(candidate -> answers.add(candidate.place()));
        boolean shared = uses.getOrDefault(id, 0L) > 1;
        reason =
            shared
                ? Unjoined.AMBIGUOUS
                : candidates.isEmpty() ? why(model, window, request.getKey().priority()) : "";
      }
      if (reason.isEmpty()) {
        joined.put(
            model.name(), window, request.getKey(), Collections.min(candidates, EARLIEST).value());
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
    return responses.isCut(model, window, priority) ? Unjoined.OVER_BYTES : Unjoined.EXPIRED;
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
    responses
        .within(model.name(), span.start(), span.end())
        .forEach(
            (window, bucket) -> {
              for (SampleKey key : bucket.keys()) {
                if (Long.compareUnsigned(key.priority(), limit) >= 0) {
                  return;
                }
                SamplesRecord value = responses.get(model.name(), window, key);
                if (value != null && answers(model, value.getResponse())) {
                  metrics.add(Metric.RESPONSES_UNJOINED, 1, model.name(), Unjoined.EXPIRED);
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

  /** The first window whose close time a watermark has not passed. */
  private static long firstOpen(WindowSettings settings, long watermark) {
    long length = settings.size().toMillis() + settings.grace().toMillis();
    return watermark < length
        ? 0
        : settings.windowStart(watermark - length) + settings.size().toMillis();
  }
}
