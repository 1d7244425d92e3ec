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
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleKey;
import java.time.Duration;
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
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
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

  private final Set<WindowKey> inFlight = new HashSet<>();
  private final Map<WindowKey, Outcome> finished = new HashMap<>();

  /** What was asked with a window that has been at the device. */
  private final Map<WindowKey, @Nullable ContributorRequest> asked = new HashMap<>();

  private SampleStore samples;

  /** Null while no model joins responses. */
  private @Nullable SampleStore responses;

  private PendingWindows pending;
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
    pending = new PendingWindows(context.getStateStore(ImportanceTopology.PENDING));
    readings = context.getStateStore(ImportanceTopology.READINGS);
    settled = context.getStateStore(ImportanceTopology.SETTLED);
    choices = context.getStateStore(BaselineStores.CHOICES);
    mailbox = mailboxes.get();
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> advance());
  }

  @Override
  public void process(Record<String, PendingWindow> record) {
    pending.put(record.value());
  }

  private void advance() {
    for (var outcome = mailbox.poll(); outcome != null; outcome = mailbox.poll()) {
      inFlight.remove(outcome.window());
      finished.put(outcome.window(), outcome);
    }
    for (String name : pending.models()) {
      StreamModel model = models.get(name);
      if (model != null) { // what is no longer configured has its windows stay until it is again
        publish(model);
        shed(model);
        offer(model);
        metrics.set(Metric.WINDOWS_PENDING, pending.count(name), name);
      }
    }
  }

  /** Publishes from the oldest on what has an outcome. */
  private void publish(StreamModel model) {
    for (PendingWindow window : pending.of(model.name())) {
      WindowKey id = window.key();
      dropOtherwiseAsked(model, id);
      WindowOutcome outcome = WindowOutcome.of(window, finished.get(id));
      if (outcome == null) {
        return;
      }
      // Bookkeeping comes first: a throw in forward must not leave the window behind.
      pending.remove(window);
      if (outcome.snapshot() == null || model.labels() == null) {
        samples.delete(window.model(), window.start(), window.end());
      }
      if (responses != null) {
        responses.delete(window.model(), window.start(), window.end());
      }
      Outcome done = finished.remove(id);
      asked.remove(id);
      forward(window.model(), outcome);
      if (done instanceof Outcome.Computed computed) {
        settled.put(window.model(), Settled.of(computed.snapshot()));
        computed.periodic().forEach(part -> forward(window.model(), WindowOutcome.periodic(part)));
      }
    }
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

  /**
   * Gives up the oldest windows that wait when there are too many; never those that make a
   * baseline.
   */
  private void shed(StreamModel model) {
    DriftReading last = readings.get(model.name());
    if (last == null || last.status() == DriftStatus.CALIBRATING) {
      return;
    }
    List<PendingWindow> wanted =
        pending.of(model.name()).stream().filter(window -> window.skipped() == null).toList();
    wanted.stream()
        .filter(window -> isIdle(window) && !asked.containsKey(window.key()))
        .limit(Math.max(0, wanted.size() - maxPending))
        .forEach(window -> pending.put(window.shed()));
  }

  private void offer(StreamModel model) {
    ContributorRequest request = request(model);
    // Under suspicion each window is asked what the one before it says.
    int most = request == null ? IN_FLIGHT : 1;
    long atDevice = inFlight.stream().filter(id -> id.model().equals(model.name())).count();
    List<PendingWindow> idle = pending.of(model.name()).stream().filter(this::isIdle).toList();
    for (int i = 0; i < idle.size() && atDevice < most; i++, atDevice++) {
      PendingWindow window = idle.get(i);
      boolean more = i + 1 < idle.size();
      if (!mailbox.offer(new Offer(batch(model, window), settled(model), request, more))) {
        return;
      }
      asked.put(window.key(), request);
      inFlight.add(window.key());
    }
  }

  /** Whether it is to be computed and has not been handed over. */
  private boolean isIdle(PendingWindow window) {
    WindowKey id = window.key();
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
  }
}
