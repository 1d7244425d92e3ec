package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.metrics.Metrics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerLogTest {
  private final Metrics metrics = new Metrics();
  private final WorkerLog log = new WorkerLog(metrics);

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void countsWhatWorkersMeet() {
    log.microBatchHalved("a", 8);
    log.microBatchHalved("a", 4);
    log.periodicFailed("a", ImportanceMethod.MAS, "its outputs are integers");

    assertThat(metrics.scrape())
        .contains("gradwatch_micro_batch_halved_total{model=\"a\"} 2.0")
        .contains("gradwatch_periodic_failed_total{method=\"mas\",model=\"a\"} 1.0");
  }
}
