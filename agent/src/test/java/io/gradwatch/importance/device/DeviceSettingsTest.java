package io.gradwatch.importance.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "auto,   0, cpu",
    "auto,   1, cuda:0",
    "auto,   4, cuda:0",
    "cpu,    1, cpu",
    "cuda,   0, cuda:0",
    "cuda:1, 0, cuda:1"
  })
  void takesTheFirstGpuThatIsSeenUnlessToldOtherwise(String name, int gpus, String device) {
    assertThat(DeviceSettings.of(name, 2, () -> gpus)).isEqualTo(new DeviceSettings(device, 2));
  }

  @Test
  void asksForGpusOnlyWhereItMatters() {
    assertThat(
            DeviceSettings.of(
                "cpu",
                1,
                () -> {
                  throw new AssertionError("libtorch was started");
                }))
        .isEqualTo(new DeviceSettings("cpu", 1));
  }

  @Test
  void refusesWhatIsNoDevice() {
    assertThatThrownBy(() -> new DeviceSettings("gpu", 1))
        .hasMessage("device is 'gpu', must be cpu or cuda:N");
    assertThatThrownBy(() -> new DeviceSettings("cpu", 65))
        .hasMessage("threads is 65, must be 1 to 64");
  }
}
