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
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.StoreKey;
import io.gradwatch.serde.v1.Label;
import io.gradwatch.serde.v1.SamplesRecord;
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
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;

/**
 * Joins labels with the requests that they answer, {@code label-wait} after their window was
 * computed, and has the importance of the labelled rows computed then.
 *
 * <p>The window itself does not wait, so traffic drift is found as soon as ever. All labels of that
 * time are kept, in a store that forgets them by itself, for nobody knows of an id whether it will
 * be sampled. Of several labels of an id the last one counts.
 */
@SuppressWarnings("NullAway.Init") // stores and mailbox are set in init, before any record
final class JoinProcessor extends ContextualProcessor<String, Object, String, WindowOutcome> {
  static final String LABELS = "labels";
  private static final String AWAITING = "awaiting-labels";
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration SPARE = Duration.ofHours(1);

  private final Map<String, StreamModel> models;
  private final Supplier<Mailbox> mailboxes;
  private final Metrics metrics;

  /** What the store holds, in order: a month of windows is too much to read twice a second. */
  private final Map<WindowKey, AwaitingLabels> open = new LinkedHashMap<>();

  private final Set<WindowKey> inFlight = new HashSet<>();
  private final Map<WindowKey, Outcome> finished = new HashMap<>();
  private WindowStore<String, Label> labels;
  private KeyValueStore<Bytes, AwaitingLabels> awaiting;
  private SampleStore samples;
  private Mailbox mailbox;

  JoinProcessor(List<StreamModel> models, Supplier<Mailbox> mailboxes, Metrics metrics) {
    this.models =
        models.stream().collect(toUnmodifiableMap(StreamModel::name, Function.identity()));
    this.mailboxes = mailboxes;
    this.metrics = metrics;
  }

  static List<StoreBuilder<?>> stores(List<StreamModel> models) {
    return List.of(
        Stores.windowStoreBuilder(
            Stores.persistentWindowStore(LABELS, retention(models), Duration.ofMillis(1), false),
            Serdes.String(),
            new ProtobufSerde<>(Label.parser())),
        ImportanceTopology.store(AWAITING, Serdes.Bytes(), new JsonSerde<>(AwaitingLabels.class)));
  }

  /** Labels live as long as the oldest request that they may answer. */
  static Duration retention(List<StreamModel> models) {
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

  @Override
  public void init(ProcessorContext<String, WindowOutcome> context) {
    super.init(context);
    labels = context.getStateStore(LABELS);
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
      Label label = value.getLabel();
      labels.put(key(record.key(), label.getId()), label, now);
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
    List<InferenceSample> rows = new ArrayList<>();
    for (InferenceSample row : all.samples()) {
      List<Double> label = row.id() == null ? null : label(window.model(), row.id());
      if (label != null) {
        rows.add(row.withLabel(label));
      }
    }
    if (rows.isEmpty()) {
      String message = "no label came for any of its %d rows".formatted(all.samples().size());
      end(window, WindowOutcome.withoutLabels(window, WindowOutcome.NO_LABELS, message));
      return true;
    }
    return mailbox.offer(all.ofLabelled(rows), window.settled()) && inFlight.add(id);
  }

  private @Nullable List<Double> label(String model, String id) {
    try (WindowStoreIterator<Label> found =
        labels.backwardFetch(key(model, id), 0, Long.MAX_VALUE)) {
      return found.hasNext() ? found.next().value.getValuesList() : null;
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

  private static String key(String model, String id) {
    return model + "/" + id;
  }

  private static Bytes storeKey(AwaitingLabels window) {
    return StoreKey.of(window.model()).and(window.start()).bytes();
  }
}
