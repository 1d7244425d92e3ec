package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gradwatch.importance.Digits;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceWorkers;
import io.gradwatch.importance.Mailbox;
import io.gradwatch.importance.ModelSource;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.importance.WorkerClock;
import io.gradwatch.importance.WorkerEvents;
import io.gradwatch.importance.WorkerSettings;
import io.gradwatch.importance.device.TestDevice;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeviceMetersTest {
  private static final String DEVICE = TestDevice.SETTINGS.device();

  private final Metrics metrics = new Metrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void exportsWhatEachDeviceDidAndHasLeft() throws Exception {
    ImportanceSettings settings =
        new ImportanceSettings(
            Task.CLASSIFICATION,
            OutputKind.LOGITS,
            ImportanceMethod.onePassMethods(),
            16,
            false,
            List.of());
    ModelSource source =
        new ModelSource(() -> TorchScript.load(Digits.MODEL, TestDevice.SETTINGS), settings);
    try (ImportanceWorkers workers =
            ImportanceWorkers.begin(
                Map.of(DEVICE, Map.of("digits", source)),
                new WorkerSettings(1, 1, 1),
                WorkerClock.system(),
                WorkerEvents.NONE);
        DeviceMeters meters = new DeviceMeters(workers.byDevice(), metrics);
        Mailbox mailbox = workers.open()) {
      workers.awaitModels(new CompletableFuture<>());
      mailbox.offer(Samples.batch("digits", 1, Digits.heldOut().subList(0, 64)));
      await().until(mailbox::poll, outcome -> outcome != null);

      meters.export();
      assertThat(value(Metric.DEVICE_DUTY_CYCLE)).isPositive().isLessThanOrEqualTo(1);
      assertThat(value(Metric.DEVICE_MEMORY_FREE)).isGreaterThan(1 << 20);
      assertThat(value(Metric.DEVICE_ARRAYS)).as("parameters, at least").isGreaterThan(4);

      meters.export();
      assertThat(value(Metric.DEVICE_DUTY_CYCLE)).as("nothing since").isZero();
    }
  }

  private double value(Metric metric) {
    String series = "%s{device=\"%s\"} ".formatted(metric.exportedName(), DEVICE);
    return metrics
        .scrape()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .findFirst()
        .orElseThrow();
  }
}
