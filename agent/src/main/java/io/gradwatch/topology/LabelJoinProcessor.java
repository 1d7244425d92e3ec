package io.gradwatch.topology;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.Mailbox;
import io.gradwatch.importance.Outcome;
import io.gradwatch.importance.Outcome.WindowKey;
import io.gradwatch.importance.Settled;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.serde.StoreKey;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.topology.LabelStore.Found;
import io.gradwatch.window.LabelSource;
import io.gradwatch.window.SampleBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Joins labels with the requests that they answer, {@code label-wait} after their window was
 * computed, and has the importance of the labelled rows computed then.
 *
 * <p>The window itself does not wait, so traffic drift is found as soon as ever. The labels of that
 * time are kept, as many as fit into {@code label-bytes}, for nobody knows of an id whether it will
 * be sampled. Of several labels of an id the last one counts.
 */
@SuppressWarnings("NullAway.Init") // stores and mailbox are set in init, before any record
final class LabelJoinProcessor extends ContextualProcessor<String, Object, String, WindowOutcome> {
  private static final String AWAITING = "awaiting-labels";
  private static final Duration TICK = Duration.ofMillis(500);

  private final List<StreamModel> all;
  private final Map<String, StreamModel> models;
  private final Supplier<Mailbox> mailboxes;
  private final Metrics metrics;

  /** What the store holds, in order: a month of windows is too much to read twice a second. */
  private final Map<WindowKey, AwaitingLabels> open = new LinkedHashMap<>();

  private final Set<WindowKey> inFlight = new HashSet<>();
  private final Map<WindowKey, Outcome> finished = new HashMap<>();
  private LabelStore labels;
  private KeyValueStore<Bytes, AwaitingLabels> awaiting;
  private SampleStore samples;
  private Mailbox mailbox;

  LabelJoinProcessor(List<StreamModel> models, Supplier<Mailbox> mailboxes, Metrics metrics) {
    this.all = models;
    this.models =
        models.stream().collect(toUnmodifiableMap(StreamModel::name, Function.identity()));
    this.mailboxes = mailboxes;
    this.metrics = metrics;
  }

  static List<StoreBuilder<?>> stores(List<StreamModel> models) {
    return List.of(
        LabelStore.builder(models),
        ImportanceTopology.store(AWAITING, Serdes.Bytes(), new JsonSerde<>(AwaitingLabels.class)));
  }

  @Override
  public void init(ProcessorContext<String, WindowOutcome> context) {
    super.init(context);
    labels = new LabelStore(context, all, metrics);
    awaiting = context.getStateStore(AWAITING);
    samples = new SampleStore(context.getStateStore(ImportanceTopology.WINDOW_SAMPLES));
    mailbox = mailboxes.get();
    try (KeyValueIterator<Bytes, AwaitingLabels> entries = awaiting.all()) {
      entries.forEachRemaining(entry -> open.put(key(entry.value), entry.value));
    }
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::advance);
  }

  @Override
  public void process(Record<String, Object> record) {
    StreamModel model = models.get(record.key());
    LabelSource source = model == null ? null : model.labels();
    if (source == null) {
      return;
    }
    long now = context().currentSystemTimeMs();
    if (record.value() instanceof SamplesRecord value && value.hasLabel()) {
      labels.put(record.key(), value.getLabel(), now);
    } else if (record.value() instanceof WindowOutcome outcome) {
      ImportanceSnapshot snapshot = outcome.snapshot();
      if (snapshot != null && outcome.method() == null) {
        AwaitingLabels window =
            new AwaitingLabels(
                outcome.model(),
                outcome.start(),
                outcome.end(),
                now + source.labelWait().toMillis(),
                Settled.of(snapshot).withBins(null));
        awaiting.put(storeKey(window), window);
        open.put(key(window), window);
      }
    }
  }

  private void advance(long now) {
    labels.advance(now);
    for (var outcome = mailbox.poll(); outcome != null; outcome = mailbox.poll()) {
      inFlight.remove(outcome.window());
      finished.put(outcome.window(), outcome);
    }
    Set<String> full = new HashSet<>();
    for (AwaitingLabels window : List.copyOf(open.values())) {
      WindowKey id = key(window);
      Outcome outcome = finished.remove(id);
      if (outcome != null) {
        end(window, outcome(window, outcome));
      } else if (window.due() <= now && !inFlight.contains(id) && !full.contains(window.model())) {
        // The next ones of the model must not overtake it.
        if (!take(window, id)) {
          full.add(window.model());
        }
      }
    }
  }

  /** Whether the window is done with or at the device; false if that takes no more now. */
  private boolean take(AwaitingLabels window, WindowKey id) {
    StreamModel model = models.get(window.model());
    if (model == null || model.labels() == null) {
      // No longer configured: its samples must not stay for ever.
      end(window, null);
      return true;
    }
    var records = samples.span(window.model(), window.start(), window.end());
    SampleBatch all = Batches.of(model, window.start(), window.end(), records, Map.of());
    Labelled labelled = new Labelled(window.model());
    all.samples().forEach(labelled::add);
    if (labelled.rows.isEmpty()) {
      labelled.count();
      String message = "no label came for any of its %d rows".formatted(all.samples().size());
      end(window, WindowOutcome.withoutLabels(window, WindowOutcome.NO_LABELS, message));
      return true;
    }
    if (!mailbox.offer(all.ofLabelled(labelled.rows), window.settled())) {
      return false;
    }
    labelled.count();
    return inFlight.add(id);
  }

  /** Rows with their labels. */
  private final class Labelled {
    private final String model;
    private final List<InferenceSample> rows = new ArrayList<>();
    private final Map<String, Found> found = new HashMap<>();
    private final Map<String, Integer> missing = new HashMap<>();

    Labelled(String model) {
      this.model = model;
    }

    void add(InferenceSample row) {
      String id = row.id();
      Found label = id == null ? null : labels.get(model, id);
      if (id != null && label != null) {
        found.put(id, label);
        rows.add(row.withLabel(label.values()));
      } else {
        missing.merge(id == null ? Unjoined.NO_ID : labels.why(model, id), 1, Integer::sum);
      }
    }

    /** Only when they are done with: a device that takes no more is asked again. */
    void count() {
      labels.joined(model, found.values());
      missing.forEach(
          (reason, rows) -> metrics.add(Metric.SAMPLES_UNLABELLED, rows, model, reason));
    }
  }

  private WindowOutcome outcome(AwaitingLabels window, Outcome outcome) {
    if (outcome instanceof Outcome.Computed computed) {
      int rows =
          Objects.requireNonNull(computed.snapshot().labelledRows(), "label-samples is set")
              .samples();
      metrics.add(Metric.LABELS_JOINED, rows, window.model());
      return WindowOutcome.labelled(computed.snapshot());
    }
    Outcome.Failed failed = (Outcome.Failed) outcome;
    return WindowOutcome.withoutLabels(window, failed.reason(), failed.message());
  }

  private void end(AwaitingLabels window, @Nullable WindowOutcome outcome) {
    // Bookkeeping comes first: a throw in forward must not leave the window behind.
    awaiting.delete(storeKey(window));
    open.remove(key(window));
    samples.delete(window.model(), window.start(), window.end());
    if (outcome != null) {
      context().forward(new Record<>(window.model(), outcome, context().currentSystemTimeMs()));
    }
  }

  @Override
  public void close() {
    mailbox.close();
    open.clear();
    inFlight.clear();
    finished.clear();
  }

  private static WindowKey key(AwaitingLabels window) {
    return new WindowKey(window.model(), window.start());
  }

  private static Bytes storeKey(AwaitingLabels window) {
    return StoreKey.of(window.model()).and(window.start()).bytes();
  }
}
