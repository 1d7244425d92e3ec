package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.config.GradwatchConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReloadPlanTest {
  private static final String A = "{name: a, path: a.pt, topics: [t]}";
  private static final String B = "{name: b, path: b.pt, topics: [t]}";
  private static final GradwatchConfig BEFORE = config("", A, B);

  @Test
  void namesModelsThatComeAndGo() {
    ReloadPlan plan =
        ReloadPlan.of(
            BEFORE, config("", B, "{name: c, path: c.pt, topics: [u], segments: {key: [x, y]}}"));
    assertThat(plan.added()).containsExactly("c@x", "c@y");
    assertThat(plan.removed()).containsExactly("a");
    assertThat(plan.changed()).as("its share of the budget alone changed").isEmpty();
    assertThat(plan.restart()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "path: b2.pt, topics: [t]",
        "path: b.pt, topics: [t, u]",
        "path: b.pt, topics: [t], version: 2",
        "path: b.pt, topics: [t], samples: 256",
        "path: b.pt, topics: [t], min-effect: 5%",
        "path: b.pt, topics: [t], false-alarms: 1 per 30d",
        "path: b.pt, topics: [t], groups: module",
        "path: b.pt, topics: [t], show-samples: true",
        "path: b.pt, topics: [t], image: [8, 8]"
      })
  void namesModelsThatStayOtherwiseThanBefore(String settings) {
    ReloadPlan plan = ReloadPlan.of(BEFORE, config("", A, "{name: b, " + settings + "}"));
    assertThat(plan).isEqualTo(new ReloadPlan(List.of(), List.of(), List.of("b"), List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "topic-prefix: x.",
        "application-prefix: x-",
        "instance-id: x",
        "state-dir: /x",
        "listen: 127.0.0.1:1",
        "http: {username: u, password: p}",
        "roles: [sampling]",
        "duty-cycle: 0.2",
        "catch-up-duty-cycle: 0.5",
        "threads: 63",
        "memory-floor: 1MiB",
        "device-timeout: 1m",
        "series-limit: 7",
        "partitions: 3",
        "replication-factor: 1"
      })
  void namesWhatNeedsARestart(String entry) {
    assertThat(ReloadPlan.of(BEFORE, config(entry, A, B)).restart())
        .containsExactly(entry.substring(0, entry.indexOf(':')));
  }

  @Test
  void takesAnotherBrokerForARestartToo() {
    GradwatchConfig other =
        GradwatchConfig.parse(
            "kafka: {bootstrap.servers: 'other:9092'}\nmodels: [%s, %s]".formatted(A, B),
            "test",
            Map.of());
    assertThat(ReloadPlan.of(BEFORE, other).restart()).containsExactly("kafka");
  }

  @ParameterizedTest
  @ValueSource(strings = {"max-pending: 3", "warnings: 1 per 2d", "model-folders: [/m]"})
  void takesOverWhatTheModelsAreReadWith(String entry) {
    GradwatchConfig next = config(entry, A, B);
    assertThat(ReloadPlan.of(BEFORE, next).restart()).isEmpty();
    assertThat(next).isNotEqualTo(BEFORE);
  }

  private static GradwatchConfig config(String entry, String... models) {
    return GradwatchConfig.parse(
        "kafka: {bootstrap.servers: 'none:9092'}\n%s\nmodels:\n- %s"
            .formatted(entry, String.join("\n- ", models)),
        "test",
        Map.of());
  }
}
