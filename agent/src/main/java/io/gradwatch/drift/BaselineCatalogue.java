package io.gradwatch.drift;

import io.gradwatch.drift.BaselineSelection.Decision;
import io.gradwatch.drift.StoredBaseline.Origin;
import io.gradwatch.importance.ModelVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All baselines of one model version, and which one counts.
 *
 * <p>The active one is the selected one, or the newest that the agent made knowing that selection:
 * an agent replaces an unpinned baseline that does not fit any more, never one that was selected
 * after it looked. So the records of agent and people need no common order.
 *
 * <p>Immutable. Steps that decide return the selection to write.
 */
public final class BaselineCatalogue {
  private final @Nullable BaselineSelection selection;
  private final Map<String, StoredBaseline> stored = new LinkedHashMap<>();

  /**
   * Makes a catalogue.
   *
   * @param selection the last one; null if nobody has decided
   * @param baselines of one model version, in any order
   */
  public BaselineCatalogue(
      @Nullable BaselineSelection selection, Collection<StoredBaseline> baselines) {
    this.selection = selection;
    baselines.stream()
        .sorted(Comparator.comparingLong(StoredBaseline::createdAt))
        .forEach(baseline -> stored.put(baseline.id(), baseline));
  }

  /** All of them, the oldest first. */
  public List<StoredBaseline> baselines() {
    return List.copyOf(stored.values());
  }

  /** The version that they are of; none if there are none. */
  public Optional<ModelVersion> version() {
    return stored.values().stream().map(StoredBaseline::version).findFirst();
  }

  /** The one that windows are compared with; none if nothing was selected or made. */
  public Optional<StoredBaseline> active() {
    List<String> chain = chain();
    return chain.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(stored.get(chain.get(chain.size() - 1)));
  }

  /** Whether the agent must not replace the active one by itself. */
  public boolean pinned() {
    return selection != null && selection.pinned();
  }

  /** Number of the last decision; 0 before the first. */
  public long decision() {
    return selection == null ? 0 : selection.number();
  }

  /** The last decision; null if nobody has decided. */
  public @Nullable BaselineSelection selection() {
    return selection;
  }

  /** Ids that were active one after the other, the active one last; only those still stored. */
  List<String> chain() {
    List<String> chain = new ArrayList<>();
    if (selection != null) {
      chain.addAll(selection.earlier());
      chain.add(selection.active());
    }
    if (!pinned()) {
      stored.values().stream()
          .filter(live -> live.origin() == Origin.LIVE && live.decision() == decision())
          .forEach(live -> chain.add(live.id()));
    }
    chain.removeIf(id -> !stored.containsKey(id));
    return chain;
  }

  /**
   * The baseline with this id or the only one whose id starts so.
   *
   * @throws IllegalArgumentException if there is none, or more than one
   */
  public StoredBaseline find(String prefix) {
    List<StoredBaseline> found =
        stored.values().stream().filter(baseline -> baseline.id().startsWith(prefix)).toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          "%s baseline of this version has an id that starts with '%s'; 'gradwatch baseline list' shows them"
              .formatted(found.isEmpty() ? "no" : "more than one", prefix));
    }
    return found.get(0);
  }

  /** Selects a baseline. */
  public BaselineSelection approve(String id, boolean pin, Decision decision) {
    List<String> earlier = chain();
    earlier.removeIf(id::equals);
    return next(find(id).id(), earlier, pin, decision);
  }

  /**
   * Holds the active baseline, or lets it go.
   *
   * @throws IllegalArgumentException if there is none
   */
  public BaselineSelection pin(boolean pin, Decision decision) {
    String id =
        active()
            .map(StoredBaseline::id)
            .orElseThrow(() -> new IllegalArgumentException("no baseline is active yet"));
    return approve(id, pin, decision);
  }

  /**
   * Selects the one before.
   *
   * @throws IllegalArgumentException if there is none
   */
  public BaselineSelection rollback(Decision decision) {
    List<String> chain = chain();
    if (chain.size() < 2) {
      throw new IllegalArgumentException("there is no baseline before the active one");
    }
    List<String> earlier = chain.subList(0, chain.size() - 2);
    return next(chain.get(chain.size() - 2), earlier, pinned(), decision);
  }

  private BaselineSelection next(
      String active, List<String> earlier, boolean pin, Decision decision) {
    return new BaselineSelection(
        BaselineSelection.FORMAT,
        decision() + 1,
        active,
        earlier,
        pin,
        decision.at(),
        decision.by(),
        decision.reason());
  }
}
