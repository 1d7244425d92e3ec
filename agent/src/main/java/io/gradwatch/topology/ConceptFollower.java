package io.gradwatch.topology;

import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.ConceptTracker;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStep;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.serde.JsonSerde;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The concept scores of a stream task's models, each with a tracker of its own.
 *
 * <p>Their baselines are kept here alone, and nobody approves one: where answers are no longer true
 * the model is to be replaced, and a new version starts anew.
 */
final class ConceptFollower {
  private static final String BASELINES = "concept-baselines";
  private static final String SUFFIX = "/concept";

  private final Map<String, ConceptTracker> trackers = new HashMap<>();
  private final TrackerStores stores;
  private final KeyValueStore<String, Baseline> baselines;

  ConceptFollower(ProcessorContext<?, ?> context, TrackerStores stores) {
    this.stores = stores;
    baselines = context.getStateStore(BASELINES);
  }

  static List<StoreBuilder<?>> builders() {
    return List.of(
        ImportanceTopology.store(BASELINES, Serdes.String(), new JsonSerde<>(Baseline.class)));
  }

  /**
   * What the reading of a model's concept is kept and published under.
   *
   * @param owner the model, or the model and its version
   */
  static String key(String owner) {
    return owner + SUFFIX;
  }

  /** The model of a key of {@link #key}, or the key where it is none. */
  static String model(String key) {
    return key.endsWith(SUFFIX) ? key.substring(0, key.length() - SUFFIX.length()) : key;
  }

  /** Takes the next window; empty without a concept score, or where it was accepted before. */
  Optional<DriftReading> accept(String owner, StreamModel model, ImportanceSnapshot snapshot) {
    if (model.labelSamples() == 0) {
      return Optional.empty();
    }
    String id = key(owner);
    ConceptTracker tracker = trackers.computeIfAbsent(id, same -> resume(id, model));
    Optional<DriftStep> step = tracker.accept(snapshot);
    step.ifPresent(taken -> keep(id, taken));
    return step.map(DriftStep::reading);
  }

  private ConceptTracker resume(String id, StreamModel model) {
    return ConceptTracker.resume(
        model.drift(),
        model.labelSamples(),
        baselines.get(id),
        stores.state(id),
        stores.pool(id),
        stores.collected(id));
  }

  private void keep(String id, DriftStep step) {
    stores.keep(id, step);
    Baseline completed = step.completed();
    if (completed != null) {
      baselines.put(id, completed);
    }
  }
}
