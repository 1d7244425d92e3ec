package io.gradwatch.agent;

import io.gradwatch.config.ModelSettings;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.http.PageData.Unit;
import io.gradwatch.report.ModelPictures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The pictures of units that somebody chose: draws one at a time, whoever asks, and keeps the last
 * ones. Thread-safe.
 */
final class UnitDesk {
  private static final int KEPT = 16;

  /** In event time; until then a unit's pictures are as good as new ones. */
  private static final long FRESH_MILLIS = 30_000;

  private final Executor thread;
  private final Map<Asked, Drawn> drawn =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Asked, Drawn> eldest) {
          return size() > KEPT;
        }
      };
  private boolean busy;

  private record Asked(ModelSettings model, String version, Unit unit) {}

  private record Drawn(long end, ModelPictures pictures) {}

  /**
   * @param thread that draws
   */
  UnitDesk(Executor thread) {
    this.thread = thread;
  }

  /**
   * What there is of a unit; begins to draw it if it is not there, or old, and no other one is
   * being drawn. Never waits.
   *
   * @param draw draws it, on the thread
   */
  synchronized ModelPictures look(
      ModelSettings model, DriftReading reading, Unit unit, Supplier<ModelPictures> draw) {
    Asked asked = new Asked(model, reading.version().toString(), unit);
    Drawn known = drawn.get(asked);
    boolean old = known == null || reading.end() - known.end() >= FRESH_MILLIS;
    if (old && !busy) {
      busy = true;
      thread.execute(() -> keep(asked, reading.end(), draw));
    }
    return known == null
        ? ModelPictures.without("The newest requests are looked at.", true, null)
        : known.pictures();
  }

  private void keep(Asked asked, long end, Supplier<ModelPictures> draw) {
    ModelPictures done = null;
    try {
      done = draw.get();
    } finally {
      synchronized (this) {
        busy = false;
        if (done != null) {
          drawn.put(asked, new Drawn(end, done));
        }
      }
    }
  }
}
