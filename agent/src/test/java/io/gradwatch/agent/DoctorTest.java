package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.importance.device.DeviceSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DoctorTest {
  private static List<Finding> devices(String floor) {
    return Doctor.devices(
        GradwatchConfig.parse(
            """
            kafka:
              bootstrap.servers: none:9092
            memory-floor: %s
            threads: 3
            models:
              - {name: a, path: a.pt, topics: [t]}
              - {name: b, path: b.pt, topics: [t]}
            """
                .formatted(floor),
            "test",
            Map.of()));
  }

  @Test
  void namesTheDeviceThatAutoStandsForOnce() {
    String device = DeviceSettings.of("auto", 1).device();
    assertThat(devices("1MiB"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.good()).isTrue();
              assertThat(finding.what()).isEqualTo("device " + device);
              assertThat(finding.found())
                  .matches(
                      "[0-9]+ MiB free, memory-floor is 1 MiB, 3 intra-op threads; libtorch sees"
                          + " [0-9]+ GPUs");
            });
  }

  @Test
  void warnsOfADeviceBelowTheFloorOfMemory() {
    assertThat(devices("1024GiB")).singleElement().extracting(Finding::good).isEqualTo(false);
  }
}
