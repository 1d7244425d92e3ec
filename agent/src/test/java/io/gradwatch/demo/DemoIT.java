package io.gradwatch.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradwatch.Needs;
import io.gradwatch.agent.Program;
import io.gradwatch.demo.Monitoring.Notification;
import io.gradwatch.grafana.Dashboards;
import io.gradwatch.grafana.Dashboards.PanelQueries;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * One run of the demonstration as a user starts it, the installed program in a process of its own,
 * watched by a real Prometheus with a real Alertmanager where they are installed: quiet traffic,
 * drift, recovery.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoIT {
  /** After the recovery: long enough for a notification of it while the agent still runs. */
  private static final int WINDOWS = 8;

  private static final int BOUND_SECONDS = 720;

  /** Panels that this run leaves empty, with what they would show. */
  private static final Map<String, String> EMPTY =
      Map.of(
          "Labels", "a labels topic",
          "Skipped windows", "windows without importance");

  private static final Pattern GROUP = Pattern.compile("(?:conv|fc)[12]\\.(?:weight|bias)");
  private static final Pattern MOVED = Pattern.compile("(?m)^ {12}(\\S+) +importance");
  private static final Pattern VALUES = Pattern.compile("label_values\\((.+), ([a-z_]+)\\)");

  private @Nullable Program demo;
  private @Nullable Monitoring monitoring;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    int port = Monitoring.freePort();
    Program program =
        Program.start(
            directory.resolve("demo.log"),
            List.of(),
            DemoHome.in(directory).environment(),
            "demo",
            "--recover-after=2",
            "--windows=" + WINDOWS,
            "--port=" + port);
    demo = program;
    if (Monitoring.missing().isEmpty()) {
      monitoring =
          new Monitoring(directory, List.of(port), Duration.ofSeconds(1), program::isAlive);
    }
  }

  @AfterAll
  void stop() {
    if (monitoring != null) {
      monitoring.close();
    }
    if (demo != null) {
      demo.close();
    }
  }

  @Test
  void pagesWhenTheTrafficChangesAndNotBeforeAndRecovers() throws Exception {
    Program program = Objects.requireNonNull(demo);

    assertThat(program.exitCode(BOUND_SECONDS)).as(program.output()).isZero();

    assertThat(program.output())
        .contains("Open http://127.0.0.1:")
        .contains("The baseline is made: 100 windows.")
        .doesNotContain("A false alarm")
        .contains("WARNING")
        .containsPattern("DRIFT +\\[##########\\]")
        .containsPattern("fc[12]\\.weight +importance")
        .containsSubsequence(
            "The traffic changes", "Paged in window", "again what it was", "Recovered");
  }

  @Test
  void notifiesOfTheDriftByTheNamesOfItsGroupsAndOfTheRecovery() throws Exception {
    Monitoring watched = monitored();

    awaitWhileItRuns(() -> watched.received("GradwatchDrift").size() > 1);

    List<Notification> drift = watched.received("GradwatchDrift");
    assertThat(drift).extracting(Notification::receiver).containsOnly("pages");
    assertThat(drift).extracting(Notification::status).startsWith("firing").endsWith("resolved");
    assertThat(drift).as("the agent itself said so").allMatch(Notification::whileAlive);
    assertThat(Objects.requireNonNull(demo).output()).contains("Recovered");
    assertThat(moved(Objects.requireNonNull(demo).output()))
        .containsAnyElementsOf(groups(drift.get(0).description()));
  }

  @Test
  void answersEveryQueryOfEveryDashboard() throws Exception {
    Monitoring watched = monitored();
    awaitWhileItRuns(() -> watched.received("GradwatchDrift").size() > 1);

    List<String> empty = new ArrayList<>();
    for (PanelQueries panel : Dashboards.queries(Map.of("model", "digits", "method", "taylor"))) {
      int series = 0;
      for (String query : panel.queries()) {
        series += watched.series(query).size();
      }
      if (series == 0) {
        empty.add(panel.title());
      }
    }

    assertThat(empty).isSubsetOf(EMPTY.keySet());
  }

  @Test
  void offersValuesOfEveryVariable() throws Exception {
    Monitoring watched = monitored();
    awaitWhileItRuns(() -> watched.received("GradwatchDrift").size() > 1);

    for (String variable : Dashboards.variables(Map.of("model", "digits"))) {
      Matcher values = VALUES.matcher(variable);
      assertThat(values.matches()).as(variable).isTrue();
      JsonNode found = watched.labelValues(values.group(2), values.group(1));
      assertThat(found).as(variable).isNotEmpty();
    }
  }

  private Monitoring monitored() {
    Needs.that(Monitoring.missing().isEmpty(), "needs Debian's package " + Monitoring.missing());
    return Objects.requireNonNull(monitoring);
  }

  private void awaitWhileItRuns(BooleanSupplier condition) {
    Program program = Objects.requireNonNull(demo);
    await()
        .atMost(Duration.ofSeconds(BOUND_SECONDS))
        .until(() -> condition.getAsBoolean() || !program.isAlive());
  }

  /** The groups that the demonstration says have moved. */
  private static Set<String> moved(String output) {
    return MOVED.matcher(output).results().map(found -> found.group(1)).collect(Collectors.toSet());
  }

  /** The groups that an alert names. */
  private static Set<String> groups(String description) {
    return GROUP.matcher(description).results().map(MatchResult::group).collect(Collectors.toSet());
  }
}
