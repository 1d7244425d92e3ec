package io.gradwatch.topology;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.serde.StoreKey;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.BottomK;
import io.gradwatch.window.Watermarks;
import io.gradwatch.window.Watermarks.Source;
import io.gradwatch.window.WindowProgress;
import io.gradwatch.window.WindowProgress.Closed;
import io.gradwatch.window.WindowSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Merges the samples of all partitions of a model into the bottom-k sample of each window, and
 * closes windows in order when the watermark of every source partition has passed.
 *
 * <p>It applies the sampler's rule for late records once more: after a restart a sampler has
 * forgotten its watermark, and may forward a record that an undisturbed one would have refused.
 */
@SuppressWarnings("NullAway.Init") // the stores are set in init, before any record
final class WindowProcessor
    extends ContextualProcessor<String, SamplesRecord, String, PendingWindow> {
  private static final Duration TICK = Duration.ofMillis(500);

  private final Map<String, OpenModel> models;
  private final SourceView.Feed sources;
  private final Metrics metrics;

  private SampleStore samples;
  private KeyValueStore<Bytes, Long> watermarks;
  private KeyValueStore<String, Long> nextWindows;

  /** Null while no model joins responses. */
  private @Nullable ResponseJoin responses;

  WindowProcessor(List<StreamModel> models, SourceView.Feed sources, Metrics metrics) {
    this.models =
        models.stream()
            .map(OpenModel::new)
            .collect(toUnmodifiableMap(open -> open.model.name(), Function.identity()));
    this.sources = sources;
    this.metrics = metrics;
  }

  /** What is open of one model; all of it can be rebuilt from the stores. */
  private static final class OpenModel {
    final StreamModel model;
    final Predicate<String> topics;
    final Watermarks watermarks = new Watermarks();
    final NavigableMap<Long, BottomK> windows = new TreeMap<>();

    OpenModel(StreamModel model) {
      this.model = model;
      this.topics = model.isSource();
    }

    BottomK window(long start) {
      WindowSettings settings = model.window();
      return windows.computeIfAbsent(
          start, w -> new BottomK(settings.samples(), settings.sampleBytes()));
    }

    NavigableMap<Long, Integer> rows() {
      NavigableMap<Long, Integer> rows = new TreeMap<>();
      windows.forEach((start, window) -> rows.put(start, window.rows()));
      return rows;
    }
  }

  @Override
  public void init(ProcessorContext<String, PendingWindow> context) {
    super.init(context);
    samples = new SampleStore(context.getStateStore(ImportanceTopology.WINDOW_SAMPLES));
    watermarks = context.getStateStore(ImportanceTopology.WATERMARKS);
    nextWindows = context.getStateStore(ImportanceTopology.NEXT_WINDOWS);
    restore();
    List<StreamModel> all = models.values().stream().map(open -> open.model).toList();
    responses = ResponseJoin.isNeeded(all) ? new ResponseJoin(context, all, metrics) : null;
    context.schedule(
        TICK, PunctuationType.WALL_CLOCK_TIME, now -> models.values().forEach(this::closeWindows));
  }

  @Override
  public void process(Record<String, SamplesRecord> record) {
    OpenModel open = models.get(record.key());
    if (open == null) {
      return; // a model that is no longer configured
    }
    SamplesRecord value = record.value();
    if (value.hasSample()) {
      keep(open, value);
    } else if (value.hasResponse() && responses != null) {
      Long next = nextWindows.get(record.key());
      responses.keep(open.model, value, open.watermarks.of(Envelope.source(value)), next);
    } else if (value.hasWatermark()) {
      raise(open, Envelope.source(value), value.getWatermark().getEventTime());
    }
  }

  private void keep(OpenModel open, SamplesRecord value) {
    String model = open.model.name();
    WindowSettings settings = open.model.window();
    long window = settings.windowStart(value.getSample().getEventTime());
    Long next = nextWindows.get(model);
    boolean closed = next != null && window < next;
    boolean late = settings.closeTime(window) <= open.watermarks.of(Envelope.source(value));
    if (closed || late) {
      return;
    }
    samples.offer(open.window(window), model, window, value, extent(value));
  }

  private void raise(OpenModel open, Source source, long eventTime) {
    if (open.watermarks.raise(source, eventTime)) {
      Bytes key =
          StoreKey.of(open.model.name()).and(source.topic()).and(source.partition()).bytes();
      watermarks.put(key, eventTime);
      closeWindows(open);
    }
  }

  private void closeWindows(OpenModel open) {
    String model = open.model.name();
    OptionalLong lowest = open.watermarks.lowest(sources.get().partitions(open.topics));
    if (lowest.isEmpty()) {
      return;
    }
    long watermark = lowest.getAsLong();
    metrics.set(Metric.WATERMARK_TIMESTAMP, watermark / 1e3, model);
    Long next = nextWindows.get(model);
    if (next == null) {
      next = WindowProgress.first(open.model.window(), watermark, open.rows());
      nextWindows.put(model, next);
      forget(open, open.windows.isEmpty() ? next : open.windows.firstKey(), next);
    }
    for (Closed closed : WindowProgress.close(open.model.window(), next, watermark, open.rows())) {
      nextWindows.put(model, closed.end());
      if (responses != null && open.model.joinsResponses()) {
        responses.close(open.model, closed, open.windows);
      }
      String skipped = closed.ready() ? null : WindowOutcome.TOO_FEW;
      if (closed.ready()) {
        open.windows.headMap(closed.end(), false).clear();
      } else {
        forget(open, closed.start(), closed.end());
      }
      PendingWindow pending = new PendingWindow(model, closed.start(), closed.end(), skipped);
      context().forward(new Record<>(model, pending, context().currentSystemTimeMs()));
    }
  }

  /** Drops samples of which nothing will be computed. */
  private void forget(OpenModel open, long start, long end) {
    open.windows.headMap(end, false).clear();
    samples.delete(open.model.name(), start, end);
  }

  private void restore() {
    try (KeyValueIterator<Bytes, Long> all = watermarks.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, Long> entry = all.next();
        StoreKey.Reader parts = StoreKey.read(entry.key);
        OpenModel open = models.get(parts.text());
        if (open != null) {
          Source source = new Source(parts.text(), Math.toIntExact(parts.number()));
          open.watermarks.raise(source, entry.value);
        }
      }
    }
    samples.forEach(
        (model, window, key, value) -> {
          OpenModel open = models.get(model);
          Long next = nextWindows.get(model);
          // What lies before the next window is pending, not open.
          if (open != null && (next == null || window >= next)) {
            if (value.hasSample()) {
              open.window(window).offer(key, extent(value));
            } else {
              open.window(window).restoreCut(key);
            }
          }
        });
  }

  private static BottomK.Extent extent(SamplesRecord value) {
    return new BottomK.Extent(value.getSample().getValue().size(), value.getSample().getRows());
  }
}
