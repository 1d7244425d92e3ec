package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.config.Role;
import io.gradwatch.importance.PeriodicMethod;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.topology.WindowOutcome;
import io.gradwatch.window.WindowSettings;
import java.time.Instant;

/** What an agent exports of the models that it watches before anything is known of them. */
final class WatchedModels {
  private WatchedModels() {}

  /**
   * Writes which models are watched, by the importance role alone: an alert tells by it who is
   * sampled and watched by nobody. Counters begin at 0, so that the first event is seen.
   *
   * @param now since when; a later call says so anew
   */
  static void begin(GradwatchConfig config, Metrics metrics, Instant now) {
    if (!config.roles().contains(Role.IMPORTANCE)) {
      return;
    }
    for (ModelSettings model : config.models()) {
      String name = model.name();
      WindowSettings window = model.window();
      metrics.set(Metric.WATCH_STARTED_TIMESTAMP, now.toEpochMilli() / 1000.0, name);
      metrics.set(
          Metric.WINDOW_CLOSE, window.size().plus(window.grace()).toMillis() / 1000.0, name);
      metrics.add(Metric.WINDOWS_DONE, 0, name);
      WindowOutcome.skipReasons()
          .forEach(reason -> metrics.add(Metric.WINDOWS_SKIPPED, 0, name, reason));
      metrics.add(Metric.MICRO_BATCH_HALVED, 0, name);
      metrics.add(Metric.ROWS_REFUSED, 0, name);
      if (model.labels() != null) {
        metrics.add(Metric.LABELS_JOINED, 0, name);
      }
      for (PeriodicMethod periodic : model.importance().periodic()) {
        metrics.add(Metric.PERIODIC_FAILED, 0, name, periodic.method().label());
      }
    }
  }
}
