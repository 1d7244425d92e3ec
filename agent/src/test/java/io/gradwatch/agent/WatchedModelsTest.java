package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.Role;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.topology.WindowOutcome;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchedModelsTest {
  private final Metrics metrics = new Metrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void countsFromZeroSoThatTheFirstEventIsSeen() {
    WatchedModels.begin(config(Role.IMPORTANCE), metrics, Instant.ofEpochSecond(1000));

    assertThat(metrics.scrape())
        .contains("gradwatch_windows_done_total{model=\"a\"} 0.0")
        .contains("gradwatch_windows_skipped_total{model=\"a\",reason=\"out-of-memory\"} 0.0")
        .contains("gradwatch_labels_joined_total{model=\"a\"} 0.0")
        .contains("gradwatch_micro_batch_halved_total{model=\"a\"} 0.0")
        .contains("gradwatch_periodic_failed_total{method=\"mas\",model=\"a\"} 0.0");
    assertThat(metrics.scrape().lines())
        .filteredOn(line -> line.startsWith("gradwatch_windows_skipped_total{"))
        .hasSameSizeAs(WindowOutcome.skipReasons());
  }

  @Test
  void saysSinceWhenAndHowLongAWindowTakesToClose() {
    WatchedModels.begin(config(Role.IMPORTANCE), metrics, Instant.ofEpochSecond(1000));

    assertThat(metrics.scrape())
        .contains("gradwatch_watch_started_timestamp_seconds{model=\"a\"} 1000.0")
        .contains("gradwatch_window_close_seconds{model=\"a\"} 390.0");
  }

  @Test
  void whoOnlySamplesWatchesNoModel() {
    WatchedModels.begin(config(Role.SAMPLING), metrics, Instant.ofEpochSecond(1000));

    assertThat(metrics.scrape()).doesNotContain("model=\"a\"");
  }

  private static GradwatchConfig config(Role role) {
    return GradwatchConfig.parse(
            """
            kafka:
              bootstrap.servers: none:9092
            models:
              - name: a
                path: a.pt
                topics: [t]
                window: 6m
                grace: 30s
                periodic: [{method: mas}]
                labels-topic: labels
                label-samples: 64
            """,
            "test",
            Map.of())
        .withRoles(Set.of(role));
  }
}
