package io.gradwatch.topology;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftState;
import io.gradwatch.drift.DriftStep;
import io.gradwatch.drift.DriftTracker;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.drift.WindowContributions;
import io.gradwatch.drift.WindowScores;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.report.Alert;
import io.gradwatch.report.ModelReport;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.serde.StoreKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

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
  private static final String STATES = "drift-states";
  private static final String SCORES = "drift-scores";
  private static final String CALIBRATION = "calibration-windows";

  private final Map<String, StreamModel> models;
  private final ModelReport report;

  private final Map<String, Tracked> trackers = new HashMap<>();
  private KeyValueStore<String, DriftState> states;
  private BaselineStores baselines;
  private KeyValueStore<Bytes, WindowScores> scores;
  private KeyValueStore<Bytes, WindowContributions> calibration;
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
    return List.of(
        ImportanceTopology.store(STATES, Serdes.String(), new JsonSerde<>(DriftState.class)),
        ImportanceTopology.store(SCORES, Serdes.Bytes(), new JsonSerde<>(WindowScores.class)),
        ImportanceTopology.store(
            CALIBRATION, Serdes.Bytes(), new JsonSerde<>(WindowContributions.class)));
  }

  @Override
  public void init(ProcessorContext<String, Object> context) {
    super.init(context);
    states = context.getStateStore(STATES);
    baselines = new BaselineStores(context);
    scores = context.getStateStore(SCORES);
    calibration = context.getStateStore(CALIBRATION);
    readings = context.getStateStore(ImportanceTopology.READINGS);
    try (KeyValueIterator<String, DriftReading> all = readings.all()) {
      all.forEachRemaining(entry -> report.read(entry.value));
    }
  }

  @Override
  public void process(Record<String, WindowOutcome> record) {
    WindowOutcome outcome = record.value();
    ImportanceSnapshot snapshot = outcome.snapshot();
    if (snapshot == null) {
      report.skipped(outcome.model(), String.valueOf(outcome.skipped()));
      forward(outcome.key(), outcome, ImportanceTopology.IMPORTANCE_SINK);
      return;
    }
    if (outcome.method() != null) {
      // Shown and published, never scored: it comes every few windows only.
      report.periodic(snapshot, outcome.method());
      forward(outcome.key(), outcome, ImportanceTopology.IMPORTANCE_SINK);
      return;
    }
    String id = snapshot.model() + "/" + snapshot.version();
    DriftReading previous = readings.get(snapshot.model());
    DriftStep step = tracker(id, snapshot).accept(snapshot);
    keep(id, step);
    report.computed(snapshot, Instant.ofEpochMilli(context().currentSystemTimeMs()));
    forward(outcome.key(), outcome, ImportanceTopology.IMPORTANCE_SINK);
    DriftReading reading = step.reading();
    if (reading != null) {
      publish(id, previous, reading);
    }
    Baseline completed = step.completed();
    if (completed != null) {
      publish(id, snapshot, completed);
    }
  }

  private void publish(String id, @Nullable DriftReading previous, DriftReading reading) {
    readings.put(reading.model(), reading);
    report.read(reading);
    forward(id, reading, ImportanceTopology.DRIFT_SINK);
    Alert.between(previous, reading)
        .ifPresent(alert -> forward(id, alert, ImportanceTopology.ALERTS_SINK));
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
    StreamModel model = models.get(snapshot.model());
    if (model == null) {
      throw new IllegalStateException("an outcome of a model that is not configured: " + id);
    }
    Baseline given = model.baseline();
    DriftState state = states.get(id);
    DriftTracker tracker =
        DriftTracker.resume(
            model.drift(),
            given == null ? baselines.active(id) : given,
            given == null && !choice.pinned(),
            state == null ? DriftState.START : state,
            all(scores, id),
            all(calibration, id));
    trackers.put(id, new Tracked(choice, tracker));
    return tracker;
  }

  private void keep(String id, DriftStep step) {
    states.put(id, step.state());
    WindowScores pooled = step.pooled();
    if (pooled != null) {
      scores.put(StoreKey.of(id).and(pooled.start()).bytes(), pooled);
    }
    WindowContributions collected = step.collected();
    if (collected != null) {
      calibration.put(StoreKey.of(id).and(collected.start()).bytes(), collected);
    }
    step.leftPool().forEach(start -> scores.delete(StoreKey.of(id).and(start).bytes()));
    step.uncollected().forEach(start -> calibration.delete(StoreKey.of(id).and(start).bytes()));
  }

  private static <V> List<V> all(KeyValueStore<Bytes, V> store, String id) {
    List<V> values = new ArrayList<>();
    StoreKey prefix = StoreKey.of(id);
    try (KeyValueIterator<Bytes, V> entries = store.range(prefix.bytes(), prefix.last())) {
      entries.forEachRemaining(entry -> values.add(entry.value));
    }
    return values;
  }

  @Override
  public void close() {
    try (KeyValueIterator<String, DriftReading> all = readings.all()) {
      all.forEachRemaining(entry -> report.forget(entry.key));
    }
    trackers.clear();
  }
}
