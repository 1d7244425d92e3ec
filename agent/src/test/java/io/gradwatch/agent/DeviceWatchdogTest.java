package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gradwatch.metrics.Metrics;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceWatchdogTest {
  private final Metrics metrics = new Metrics();
  private Optional<String> found = Optional.empty();
  private final Map<String, Supplier<Optional<String>>> devices =
      Map.of("cpu", Optional::empty, "cuda:0", () -> found);
  private final DeviceWatchdog watchdog = new DeviceWatchdog(devices, metrics);

  @AfterEach
  void close() {
    watchdog.close();
    metrics.close();
  }

  @Test
  void isQuietWhileNothingHangs() {
    watchdog.look();
    assertThat(watchdog.failure()).isNotDone();
    assertThat(metrics.scrape())
        .contains("gradwatch_device_hung{device=\"cuda:0\"} 0.0")
        .contains("gradwatch_device_hung{device=\"cpu\"} 0.0");
  }

  @Test
  void endsTheAgentWithTheDeviceAndWhatHangsOnIt() {
    found = Optional.of("the window of model 'm' has not come back for 601 s");
    watchdog.look();
    assertThatThrownBy(() -> watchdog.failure().join())
        .cause()
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith(
            "device cuda:0 hangs: the window of model 'm' has not come back for 601 s, longer than"
                + " device-timeout");
    assertThat(metrics.scrape())
        .contains("gradwatch_device_hung{device=\"cuda:0\"} 1.0")
        .contains("gradwatch_device_hung{device=\"cpu\"} 0.0");
  }
}
