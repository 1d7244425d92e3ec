package io.gradwatch.agent;

import io.gradwatch.importance.ImportanceWorker;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Exports which fraction of the last ten seconds the device was busy with Gradwatch. One daemon
 * thread.
 */
final class DutyCycle implements AutoCloseable {
  private static final int SECONDS = 10;

  private final ImportanceWorker worker;
  private final String device;
  private final Metrics metrics;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread created = new Thread(task, "gradwatch-duty-cycle");
            created.setDaemon(true);
            return created;
          });
  private double busyBefore;

  DutyCycle(ImportanceWorker worker, String device, Metrics metrics) {
    this.worker = worker;
    this.device = device;
    this.metrics = metrics;
    var unused = thread.scheduleAtFixedRate(this::export, 0, SECONDS, TimeUnit.SECONDS);
  }

  private void export() {
    double busy = worker.usage().busySeconds();
    // A window's seconds are counted when it ends: one that began earlier can exceed the period.
    metrics.set(Metric.DEVICE_DUTY_CYCLE, Math.min(1, (busy - busyBefore) / SECONDS), device);
    busyBefore = busy;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
