package io.gradwatch.topology;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.Suspects;
import io.gradwatch.importance.ContributorRequest;
import io.gradwatch.importance.Mailbox;
import io.gradwatch.importance.Mailbox.Offer;
import io.gradwatch.importance.Outcome;
import io.gradwatch.importance.Outcome.WindowKey;
import io.gradwatch.importance.Settled;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.serde.StoreKey;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Hands closed windows to the device and publishes their outcomes: exactly one a window, in order.
 *
 * <p>{@link #process} stores a window; a punctuator collects what the device finished, publishes
 * it, sheds the oldest windows when too many wait, and offers what is pending and not at the
 * device. That last step also recovers after a restart, when the store holds windows that no device
 * knows of.
 */
@SuppressWarnings("NullAway.Init") // stores and mailbox are set in init, before any record
final class ImportanceProcessor
    extends ContextualProcessor<String, PendingWindow, String, WindowOutcome> {
  private static final Duration TICK = Duration.ofMillis(100);

  /** Windows of a model at its device: one that it computes, and the next one. */
  private static final int IN_FLIGHT = 2;

  private final Map<String, StreamModel> models;
  private final int maxPending;
  private final Supplier<Mailbox> mailboxes;
  private final Metrics metrics;

  /**
   * What {@link #pending} holds, by model and start: to scan a store ten times a second costs the
   * more, the more windows have been deleted from it.
   */
  private final Map<String, NavigableMap<Long, PendingWindow>> waiting = new TreeMap<>();

  private final Set<WindowKey> inFlight = new HashSet<>();
  private final Map<WindowKey, Outcome> finished = new HashMap<>();

  /** What was asked with a window that has been at the device. */
  private final Map<WindowKey, @Nullable ContributorRequest> asked = new HashMap<>();

  private SampleStore samples;

  /** Null while no model joins responses. */
  private @Nullable SampleStore responses;

  private KeyValueStore<Bytes, PendingWindow> pending;
  private KeyValueStore<String, DriftReading> readings;
  private KeyValueStore<String, Settled> settled;
  private KeyValueStore<String, BaselineChoice> choices;
  private Mailbox mailbox;

  ImportanceProcessor(
      List<StreamModel> models, int maxPending, Supplier<Mailbox> mailboxes, Metrics metrics) {
    this.models =
        models.stream().collect(toUnmodifiableMap(StreamModel::name, Function.identity()));
    this.maxPending = maxPending;
    this.mailboxes = mailboxes;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, WindowOutcome> context) {
    super.init(context);
    samples = new SampleStore(context.getStateStore(ImportanceTopology.WINDOW_SAMPLES));
    if (ResponseJoin.isNeeded(List.copyOf(models.values()))) {
      responses = new SampleStore(context.getStateStore(ResponseJoin.JOINED));
    }
    pending = context.getStateStore(ImportanceTopology.PENDING);
    readings = context.getStateStore(ImportanceTopology.READINGS);
    settled = context.getStateStore(ImportanceTopology.SETTLED);
    choices = context.getStateStore(BaselineStores.CHOICES);
    mailbox = mailboxes.get();
    try (KeyValueIterator<Bytes, PendingWindow> entries = pending.all()) {
      entries.forEachRemaining(entry -> waiting(entry.value).put(entry.value.start(), entry.value));
    }
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> advance());
  }

  @Override
  public void process(Record<String, PendingWindow> record) {
    keep(record.value());
  }

  private void keep(PendingWindow window) {
    pending.put(storeKey(window), window);
    waiting(window).put(window.start(), window);
  }

  private NavigableMap<Long, PendingWindow> waiting(PendingWindow window) {
    return waiting.computeIfAbsent(window.model(), model -> new TreeMap<>());
  }

  private void advance() {
    for (var outcome = mailbox.poll(); outcome != null; outcome = mailbox.poll()) {
      inFlight.remove(outcome.window());
      finished.put(outcome.window(), outcome);
    }
    waiting.forEach(
        (name, windows) -> {
          StreamModel model = models.get(name);
          if (model == null || windows.isEmpty()) {
            return; // what is no longer configured has its windows stay until it is again
          }
          List<PendingWindow> rest = publish(model, List.copyOf(windows.values()));
          rest = shed(model, rest);
          offer(model, rest);
          metrics.set(Metric.WINDOWS_PENDING, rest.size(), name);
        });
  }

  /** Publishes from the oldest on what has an outcome; returns what has none yet. */
  private List<PendingWindow> publish(StreamModel model, List<PendingWindow> windows) {
    int published = 0;
    for (PendingWindow window : windows) {
      dropOtherwiseAsked(model, id(window));
      WindowOutcome outcome = outcome(window);
      if (outcome == null) {
        break;
      }
      // Bookkeeping comes first: a throw in forward must not leave the window behind.
      pending.delete(storeKey(window));
      waiting(window).remove(window.start());
      if (outcome.snapshot() == null || !awaitsLabels(window.model())) {
        samples.delete(window.model(), window.start(), window.end());
      }
      if (responses != null) {
        responses.delete(window.model(), window.start(), window.end());
      }
      Outcome done = finished.remove(id(window));
      asked.remove(id(window));
      published++;
      forward(window.model(), outcome);
      if (done instanceof Outcome.Computed computed) {
        settled.put(window.model(), Settled.of(computed.snapshot()));
        computed.periodic().forEach(part -> forward(window.model(), WindowOutcome.periodic(part)));
      }
    }
    return windows.subList(published, windows.size());
  }

  private boolean awaitsLabels(String name) {
    StreamModel model = models.get(name);
    return model != null && model.labels() != null;
  }

  /**
   * Has a window computed once more that was handed over before the reading that casts or lifts a
   * suspicion. So what is published of it depends on the windows before it alone, and not on how
   * far the device was.
   */
  private void dropOtherwiseAsked(StreamModel model, WindowKey id) {
    boolean computed = finished.get(id) instanceof Outcome.Computed;
    if (computed && !Objects.equals(asked.get(id), request(model))) {
      finished.remove(id);
    }
  }

  /** What the last reading asks of the next window; null for nothing. */
  private @Nullable ContributorRequest request(StreamModel model) {
    return Suspects.request(readings.get(model.name()), model.drift().method());
  }

  private void forward(String model, WindowOutcome outcome) {
    context().forward(new Record<>(model, outcome, context().currentSystemTimeMs()));
  }

  private @Nullable WindowOutcome outcome(PendingWindow window) {
    if (window.skipped() != null) {
      return WindowOutcome.skipped(
          window.model(), window.start(), window.end(), window.skipped(), null);
    }
    Outcome outcome = finished.get(id(window));
    if (outcome instanceof Outcome.Computed computed) {
      return WindowOutcome.computed(computed.snapshot());
    }
    if (outcome instanceof Outcome.Failed failed) {
      return WindowOutcome.skipped(
          window.model(), window.start(), window.end(), failed.reason(), failed.message());
    }
    return null;
  }

  /**
   * Gives up the oldest windows that wait when there are too many; never those that make a
   * baseline.
   */
  private List<PendingWindow> shed(StreamModel model, List<PendingWindow> windows) {
    DriftReading last = readings.get(model.name());
    if (last == null || last.status() == DriftStatus.CALIBRATING) {
      return windows;
    }
    List<PendingWindow> after = new ArrayList<>(windows);
    int excess =
        (int) windows.stream().filter(window -> window.skipped() == null).count() - maxPending;
    for (int i = 0; i < after.size() && excess > 0; i++) {
      PendingWindow window = after.get(i);
      boolean idle = window.skipped() == null && !inFlight.contains(id(window));
      if (idle && !asked.containsKey(id(window))) {
        PendingWindow shed = window.shed();
        after.set(i, shed);
        keep(shed);
        excess--;
      }
    }
    return after;
  }

  private void offer(StreamModel model, List<PendingWindow> windows) {
    ContributorRequest request = request(model);
    // Under suspicion each window is asked what the one before it says.
    int most = request == null ? IN_FLIGHT : 1;
    long atDevice = inFlight.stream().filter(id -> id.model().equals(model.name())).count();
    long idle = windows.stream().filter(this::isIdle).count();
    for (PendingWindow window : windows) {
      if (atDevice >= most) {
        return;
      }
      if (isIdle(window)) {
        if (!mailbox.offer(new Offer(batch(model, window), settled(model), request, idle > 1))) {
          return;
        }
        asked.put(id(window), request);
        inFlight.add(id(window));
        atDevice++;
        idle--;
      }
    }
  }

  /** Whether it is to be computed and has not been handed over. */
  private boolean isIdle(PendingWindow window) {
    WindowKey id = id(window);
    return window.skipped() == null && !finished.containsKey(id) && !inFlight.contains(id);
  }

  private SampleBatch batch(StreamModel model, PendingWindow window) {
    var records = samples.span(window.model(), window.start(), window.end());
    NavigableMap<SampleKey, SamplesRecord> answers = new TreeMap<>();
    if (responses != null) {
      responses
          .span(window.model(), window.start(), window.end())
          .values()
          .forEach(answers::putAll);
    }
    return Batches.of(model, window.start(), window.end(), records, answers);
  }

  /** What the baseline was made with counts, else what the first window settled. */
  private @Nullable Settled settled(StreamModel model) {
    Baseline given = model.baseline();
    Settled last = settled.get(model.name());
    Settled counts =
        given == null ? BaselineStores.settled(choices, model.name(), last) : given.settled();
    Baseline reference = model.reference();
    if (counts == null) {
      // Nothing else says what is to be used: windows that can be compared with it.
      return reference == null ? null : reference.settled();
    }
    return counts.orBinsOf(last);
  }

  @Override
  public void close() {
    mailbox.close();
    inFlight.clear();
    finished.clear();
    asked.clear();
    waiting.clear();
  }

  private static WindowKey id(PendingWindow window) {
    return new WindowKey(window.model(), window.start());
  }

  private static Bytes storeKey(PendingWindow window) {
    return StoreKey.of(window.model()).and(window.start()).bytes();
  }
}
