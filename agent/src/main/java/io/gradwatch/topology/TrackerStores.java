package io.gradwatch.topology;

import io.gradwatch.drift.DriftState;
import io.gradwatch.drift.DriftStep;
import io.gradwatch.drift.SkewTracker;
import io.gradwatch.drift.WindowContributions;
import io.gradwatch.drift.WindowScores;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.serde.StoreKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/** What trackers must not lose, each under the tracker's id. */
final class TrackerStores {
  private static final String STATES = "drift-states";
  private static final String SCORES = "drift-scores";
  private static final String CALIBRATION = "calibration-windows";

  private final KeyValueStore<String, DriftState> states;
  private final KeyValueStore<Bytes, WindowScores> scores;
  private final KeyValueStore<Bytes, WindowContributions> calibration;

  TrackerStores(ProcessorContext<?, ?> context) {
    states = context.getStateStore(STATES);
    scores = context.getStateStore(SCORES);
    calibration = context.getStateStore(CALIBRATION);
  }

  static List<StoreBuilder<?>> builders() {
    return List.of(
        ImportanceTopology.store(STATES, Serdes.String(), new JsonSerde<>(DriftState.class)),
        ImportanceTopology.store(SCORES, Serdes.Bytes(), new JsonSerde<>(WindowScores.class)),
        ImportanceTopology.store(
            CALIBRATION, Serdes.Bytes(), new JsonSerde<>(WindowContributions.class)));
  }

  DriftState state(String id) {
    return Objects.requireNonNullElse(states.get(id), DriftState.START);
  }

  List<WindowScores> pool(String id) {
    return all(scores, id);
  }

  /** In the order of their starts. */
  List<WindowContributions> collected(String id) {
    return all(calibration, id);
  }

  /** Keeps what a step changed. */
  void keep(String id, DriftStep step) {
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

  /** Keeps what a step of a skew tracker changed. */
  void keep(String id, SkewTracker.Step step) {
    WindowScores kept = step.kept();
    if (kept != null) {
      scores.put(StoreKey.of(id).and(kept.start()).bytes(), kept);
    }
    step.left().forEach(start -> scores.delete(StoreKey.of(id).and(start).bytes()));
  }

  private static <V> List<V> all(KeyValueStore<Bytes, V> store, String id) {
    List<V> values = new ArrayList<>();
    StoreKey prefix = StoreKey.of(id);
    try (KeyValueIterator<Bytes, V> entries = store.range(prefix.bytes(), prefix.last())) {
      entries.forEachRemaining(entry -> values.add(entry.value));
    }
    return values;
  }
}
