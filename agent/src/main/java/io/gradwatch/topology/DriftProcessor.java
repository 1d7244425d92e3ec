package io.gradwatch.topology;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.DriftStep;
import io.gradwatch.drift.DriftTracker;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.report.Alert;
import io.gradwatch.report.ModelReport;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Takes outcomes in order, passes each on to the importance topic, and turns those with a snapshot
 * into drift readings, alerts and baselines. What people decide about baselines counts from the
 * next window on.
 *
 * <p>Everything that a {@link DriftTracker} must not lose is in the stores; trackers are rebuilt
 * from them.
 */
@SuppressWarnings("NullAway.Init") // the stores are set in init, before any record
final class DriftProcessor extends ContextualProcessor<String, WindowOutcome, String, Object> {
  private static final Logger LOG = LoggerFactory.getLogger(DriftProcessor.class);

  private final Map<String, StreamModel> models;
  private final ModelReport report;

  private final Map<String, Tracked> trackers = new HashMap<>();
  private TrackerStores stores;
  private BaselineStores baselines;
  private ConceptFollower concepts;
  private SkewFollower skews;
  private KeyValueStore<String, DriftReading> readings;

  /** A tracker and the choice of baselines that it was made by. */
  private record Tracked(BaselineChoice choice, DriftTracker tracker) {}

  DriftProcessor(List<StreamModel> models, ModelReport report) {
    this.models =
        models.stream().collect(toUnmodifiableMap(StreamModel::name, Function.identity()));
    this.report = report;
  }

  /** The stores that only this processor uses. */
  static List<StoreBuilder<?>> stores() {
    return Stream.concat(TrackerStores.builders().stream(), ConceptFollower.builders().stream())
        .<StoreBuilder<?>>map(builder -> builder)
        .toList();
  }

  @Override
  public void init(ProcessorContext<String, Object> context) {
    super.init(context);
    stores = new TrackerStores(context);
    baselines = new BaselineStores(context);
    concepts = new ConceptFollower(context, stores);
    skews = new SkewFollower(stores);
    readings = context.getStateStore(ImportanceTopology.READINGS);
    try (KeyValueIterator<String, DriftReading> all = readings.all()) {
      all.forEachRemaining(
          entry -> {
            // What is left of a model that is no longer configured waits until it is again.
            if (models.containsKey(entry.value.model())) {
              report.read(entry.value);
            }
          });
    }
  }

  @Override
  public void process(Record<String, WindowOutcome> record) {
    WindowOutcome outcome = record.value();
    ImportanceSnapshot snapshot = outcome.snapshot();
    boolean labelled = WindowOutcome.LABELLED.equals(outcome.method());
    forward(outcome.key(), outcome, ImportanceTopology.IMPORTANCE_SINK);
    if (snapshot == null) {
      if (!labelled) {
        report.skipped(outcome.model(), String.valueOf(outcome.skipped()));
        logSkipped(outcome);
      }
    } else if (labelled) {
      follow(id(snapshot), snapshot);
    } else if (outcome.method() != null) {
      // Shown, never scored: it comes every few windows only.
      report.periodic(snapshot, outcome.method());
    } else {
      track(id(snapshot), snapshot);
    }
  }

  private static String id(ImportanceSnapshot snapshot) {
    return snapshot.model() + "/" + snapshot.version();
  }

  private void track(String id, ImportanceSnapshot snapshot) {
    DriftStep step = tracker(id, snapshot).accept(snapshot);
    stores.keep(id, step);
    report.computed(snapshot, Instant.ofEpochMilli(context().currentSystemTimeMs()));
    DriftReading reading = step.reading();
    if (reading != null) {
      publish(snapshot.model(), id, reading.with(skews.accept(id, model(snapshot), snapshot)));
    }
    if (model(snapshot).labels() == null) {
      follow(id, snapshot);
    }
    Baseline completed = step.completed();
    if (completed != null) {
      publish(id, snapshot, completed);
    }
  }

  /** Follows the concept, where labels say something of it. */
  private void follow(String id, ImportanceSnapshot snapshot) {
    concepts
        .accept(id, model(snapshot), snapshot)
        .ifPresent(
            concept ->
                publish(ConceptFollower.key(snapshot.model()), ConceptFollower.key(id), concept));
  }

  private void publish(String kept, String id, DriftReading reading) {
    DriftReading previous = readings.get(kept);
    readings.put(kept, reading);
    report.read(reading);
    forward(id, reading, ImportanceTopology.DRIFT_SINK);
    Alert.between(previous, reading).ifPresent(alert -> publish(id, alert));
  }

  /** Want of traffic is nothing to look after; that computing failed is. */
  private static void logSkipped(WindowOutcome outcome) {
    boolean few = WindowOutcome.TOO_FEW.equals(outcome.skipped());
    LOG.atLevel(few ? Level.INFO : Level.WARN)
        .log(
            "model {}: the window until {} is skipped as {}{}",
            outcome.model(),
            Instant.ofEpochMilli(outcome.end()),
            outcome.skipped(),
            outcome.message() == null ? "" : ": " + outcome.message());
  }

  private void publish(String id, Alert alert) {
    boolean urgent = alert.to() == DriftStatus.DRIFT || alert.to() == DriftStatus.UNCALIBRATED;
    LOG.atLevel(urgent ? Level.WARN : Level.INFO).log("{}", alert.text());
    forward(id, alert, ImportanceTopology.ALERTS_SINK);
  }

  private void publish(String id, ImportanceSnapshot last, Baseline completed) {
    StoredBaseline live = baselines.complete(last, context().currentSystemTimeMs(), completed);
    trackers.computeIfPresent(
        id, (same, tracked) -> new Tracked(baselines.choice(id), tracked.tracker()));
    forward(BaselineEntry.of(live).key(), live, ImportanceTopology.BASELINES_SINK);
  }

  private void forward(String key, Object value, String sink) {
    context().forward(new Record<>(key, value, context().currentSystemTimeMs()), sink);
  }

  private DriftTracker tracker(String id, ImportanceSnapshot snapshot) {
    BaselineChoice choice = baselines.choice(id);
    Tracked known = trackers.get(id);
    if (known != null && known.choice().equals(choice)) {
      return known.tracker();
    }
    StreamModel model = model(snapshot);
    Baseline given = model.baseline();
    DriftTracker tracker =
        DriftTracker.resume(
            model.drift(),
            given == null ? baselines.active(id) : given,
            given == null && !choice.pinned(),
            stores.state(id),
            stores.pool(id),
            stores.collected(id));
    trackers.put(id, new Tracked(choice, tracker));
    return tracker;
  }

  private StreamModel model(ImportanceSnapshot snapshot) {
    StreamModel model = models.get(snapshot.model());
    if (model == null) {
      throw new IllegalStateException(
          "an outcome of a model that is not configured: " + snapshot.model());
    }
    return model;
  }

  @Override
  public void close() {
    try (KeyValueIterator<String, DriftReading> all = readings.all()) {
      all.forEachRemaining(entry -> report.forget(ConceptFollower.model(entry.key)));
    }
    trackers.clear();
  }
}
