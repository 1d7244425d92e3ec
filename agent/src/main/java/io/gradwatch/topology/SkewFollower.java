package io.gradwatch.topology;

import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.Skew;
import io.gradwatch.drift.SkewTracker;
import io.gradwatch.importance.ImportanceSnapshot;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The comparison of a stream task's models with their references, each with a tracker. */
final class SkewFollower {
  private final Map<String, SkewTracker> trackers = new HashMap<>();
  private final TrackerStores stores;

  SkewFollower(TrackerStores stores) {
    this.stores = stores;
  }

  /** Takes the next window; null without a reference. */
  @Nullable Skew accept(String owner, StreamModel model, ImportanceSnapshot snapshot) {
    Baseline reference = model.reference();
    if (reference == null) {
      return null;
    }
    String id = owner + "/skew";
    SkewTracker tracker =
        trackers.computeIfAbsent(
            id, same -> new SkewTracker(reference, model.drift(), stores.pool(id)));
    SkewTracker.Step step = tracker.accept(snapshot);
    stores.keep(id, step);
    return step.skew();
  }
}
