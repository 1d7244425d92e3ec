package io.gradwatch.topology;

import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.window.Admission;
import io.gradwatch.window.Admission.Kind;
import java.util.Set;

/**
 * One model on one source partition. Counts wait for the next tick: a metric is too slow for every
 * record.
 */
final class Route {
  final StreamModel model;
  final Joining joining;
  final Admission admission;

  /** Under which records are counted until they are parsed. */
  final String account;

  /** Whether it is the first one of its account, and counts for it. */
  final boolean counts;

  long lastRecordAt;
  long seen;
  long admitted;
  long late;
  long responses;

  Route(StreamModel model, String topic, long seed, Set<String> accounts, long now) {
    this.model = model;
    this.joining = new Joining(model, topic, seed);
    this.admission = new Admission(model.window());
    this.account = model.selection().account(model.name());
    this.counts = accounts.add(account);
    this.lastRecordAt = now;
  }

  /** Counts a record that may be the model's. */
  void count(Set<Kind> kinds) {
    if (kinds.contains(Kind.REQUEST)) {
      seen++;
    } else {
      responses++;
    }
  }

  /** Publishes what was counted since it did last. */
  void publish(Metrics metrics) {
    if (counts) {
      metrics.add(Metric.SAMPLES_SEEN, (double) seen, account);
      metrics.add(Metric.SAMPLES_LATE, (double) late, account);
      if (model.joinsResponses()) {
        metrics.add(Metric.RESPONSES_SEEN, (double) responses, account);
      }
    }
    metrics.add(Metric.SAMPLES_ADMITTED, (double) admitted, model.name());
    seen = 0;
    admitted = 0;
    late = 0;
    responses = 0;
  }
}
