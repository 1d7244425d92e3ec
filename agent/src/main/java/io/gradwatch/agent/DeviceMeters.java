package io.gradwatch.agent;

import io.gradwatch.importance.ImportanceWorker;
import io.gradwatch.importance.device.DeviceMemory;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Exports, for each device, which fraction of the last ten seconds it was busy with Gradwatch, its
 * free memory, and how many arrays are on it. One daemon thread.
 */
final class DeviceMeters implements AutoCloseable {
  private static final int SECONDS = 10;

  private final Map<String, ImportanceWorker> workers;
  private final Metrics metrics;
  private final Map<String, Double> busyBefore = new HashMap<>();
  private final ScheduledExecutorService thread = Daemon.named("gradwatch-device-meters");

  /**
   * @param workers by device
   */
  DeviceMeters(Map<String, ImportanceWorker> workers, Metrics metrics) {
    this.workers = Map.copyOf(workers);
    this.metrics = metrics;
  }

  /** Exports every ten seconds from now on. */
  void start() {
    var unused = thread.scheduleAtFixedRate(this::export, 0, SECONDS, TimeUnit.SECONDS);
  }

  /** Exports once; for what was done since the last time. */
  void export() {
    workers.forEach(
        (device, worker) -> {
          ImportanceWorker.Usage usage = worker.usage();
          double busy = usage.busySeconds() - busyBefore.getOrDefault(device, 0.0);
          busyBefore.put(device, usage.busySeconds());
          // A pass is counted when it ends: one that began earlier can exceed the period.
          metrics.set(Metric.DEVICE_DUTY_CYCLE, Math.min(1, busy / SECONDS), device);
          metrics.set(Metric.DEVICE_ARRAYS, usage.arrays(), device);
          OptionalLong free = DeviceMemory.free(device);
          metrics.setOrRemove(
              Metric.DEVICE_MEMORY_FREE, free.isPresent() ? free.getAsLong() : null, device);
        });
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
