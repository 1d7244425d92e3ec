package io.gradwatch.agent;

import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the agent when a device hangs: no thread can interrupt a native call, but whoever watches
 * the process can restart it, and the windows that wait are in the store. One daemon thread of its
 * own, because whatever else asks a hung device may hang as well.
 */
final class DeviceWatchdog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceWatchdog.class);

  private final Map<String, Supplier<Optional<String>>> hung;
  private final Metrics metrics;
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private final ScheduledExecutorService thread = Daemon.named("gradwatch-watchdog");

  /**
   * @param hung by device: what hangs on it, see {@link
   *     io.gradwatch.importance.ImportanceWorker#hung}
   */
  DeviceWatchdog(Map<String, Supplier<Optional<String>>> hung, Metrics metrics) {
    this.hung = Map.copyOf(hung);
    this.metrics = metrics;
  }

  /** Looks every second from now on. */
  void start() {
    var unused = thread.scheduleAtFixedRate(this::look, 0, 1, TimeUnit.SECONDS);
  }

  /** Looks once. */
  void look() {
    hung.forEach(
        (device, found) -> {
          Optional<String> what = found.get();
          metrics.set(Metric.DEVICE_HUNG, what.isPresent() ? 1 : 0, device);
          what.ifPresent(work -> giveUp(device, work));
        });
  }

  private void giveUp(String device, String work) {
    String message =
        "device %s hangs: %s, longer than device-timeout; the process ends, to be restarted. Look at the device's driver and its other users, or set a larger device-timeout"
            .formatted(device, work);
    if (failure.completeExceptionally(new StartException(message))) {
      LOG.error(message);
    }
  }

  /** Completes exceptionally, with a {@link StartException}, when a device hangs. */
  CompletableFuture<Void> failure() {
    return failure;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
