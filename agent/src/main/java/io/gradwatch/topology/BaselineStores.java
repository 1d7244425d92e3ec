package io.gradwatch.topology;

import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.BaselineCatalogue;
import io.gradwatch.drift.BaselineSelection;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.Settled;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.serde.StoreKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The baselines of a stream task's models: all that the topic says of them, and which one counts.
 *
 * <p>The choice is made when a record comes, so that a window costs one small look-up.
 */
final class BaselineStores {
  /** The baseline that counts, by model and version; older releases kept nothing else. */
  static final String ACTIVE = "baselines";

  static final String STORED = "stored-baselines";
  static final String SELECTIONS = "baseline-selections";
  static final String CHOICES = "baseline-choices";

  private final KeyValueStore<String, Baseline> active;
  private final KeyValueStore<Bytes, StoredBaseline> stored;
  private final KeyValueStore<String, BaselineSelection> selections;
  private final KeyValueStore<String, BaselineChoice> choices;

  BaselineStores(ProcessorContext<?, ?> context) {
    active = context.getStateStore(ACTIVE);
    stored = context.getStateStore(STORED);
    selections = context.getStateStore(SELECTIONS);
    choices = context.getStateStore(CHOICES);
  }

  static List<StoreBuilder<?>> builders() {
    return List.of(
        ImportanceTopology.store(ACTIVE, Serdes.String(), new JsonSerde<>(Baseline.class)),
        ImportanceTopology.store(STORED, Serdes.Bytes(), new JsonSerde<>(StoredBaseline.class)),
        ImportanceTopology.store(
            SELECTIONS, Serdes.String(), new JsonSerde<>(BaselineSelection.class)),
        ImportanceTopology.store(CHOICES, Serdes.String(), new JsonSerde<>(BaselineChoice.class)));
  }

  /** Takes what the topic says. */
  void take(BaselineEntry entry) {
    String owner = entry.owner();
    StoredBaseline baseline = entry.stored();
    if (entry.ofSelection()) {
      selections.put(owner, entry.selection());
    } else if (baseline != null) {
      stored.put(storeKey(owner, baseline.id()), baseline);
    } else {
      String id = entry.key().substring(Math.min(entry.key().length(), owner.length() + 1));
      stored.delete(storeKey(owner, id));
    }
    choose(owner);
  }

  /** Takes a baseline that the agent completed; it counts from now on. */
  StoredBaseline complete(ImportanceSnapshot last, long now, Baseline completed) {
    String owner = last.model() + "/" + last.version();
    StoredBaseline live =
        StoredBaseline.live(last.model(), last.version(), now, choice(owner).decision(), completed);
    stored.put(storeKey(owner, live.id()), live);
    choose(owner);
    return live;
  }

  /** Which baseline counts for a model's version. */
  BaselineChoice choice(String owner) {
    return Objects.requireNonNullElse(choices.get(owner), BaselineChoice.NONE);
  }

  /** The baseline that counts; null before there is one. */
  @Nullable Baseline active(String owner) {
    return active.get(owner);
  }

  /** With nothing to choose from, what an older release kept goes on to count. */
  private void choose(String owner) {
    BaselineCatalogue catalogue = new BaselineCatalogue(selections.get(owner), all(owner));
    Optional<StoredBaseline> counts = catalogue.active();
    counts.ifPresent(baseline -> active.put(owner, baseline.baseline()));
    choices.put(
        owner,
        new BaselineChoice(
            catalogue.decision(),
            counts.map(StoredBaseline::id).orElse(null),
            catalogue.pinned(),
            counts.map(baseline -> baseline.baseline().settled()).orElse(null)));
  }

  private List<StoredBaseline> all(String owner) {
    List<StoredBaseline> all = new ArrayList<>();
    StoreKey prefix = StoreKey.of(owner);
    try (KeyValueIterator<Bytes, StoredBaseline> entries =
        stored.range(prefix.bytes(), prefix.last())) {
      entries.forEachRemaining(entry -> all.add(entry.value));
    }
    return all;
  }

  /** What the windows of a model are to be computed with, so that its baseline fits them. */
  static @Nullable Settled settled(
      KeyValueStore<String, BaselineChoice> choices, String model, @Nullable Settled last) {
    List<Settled> found = new ArrayList<>();
    // '0' follows '/': the range is all keys that start with the model's name and a slash.
    try (KeyValueIterator<String, BaselineChoice> entries =
        choices.range(model + "/", model + "0")) {
      entries.forEachRemaining(
          entry -> Optional.ofNullable(entry.value.settled()).ifPresent(found::add));
    }
    if (last == null) {
      return found.size() == 1 ? found.get(0) : null;
    }
    return found.stream()
        .filter(settled -> settled.sha256().equals(last.sha256()))
        .findFirst()
        .orElse(last);
  }

  private static Bytes storeKey(String owner, String id) {
    return StoreKey.of(owner).and(id).bytes();
  }
}
