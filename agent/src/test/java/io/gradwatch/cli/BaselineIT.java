package io.gradwatch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.agent.Agent;
import io.gradwatch.agent.LastReading;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.demo.DigitFile;
import io.gradwatch.demo.DigitRequests;
import io.gradwatch.demo.EmbeddedBroker;
import io.gradwatch.demo.Shift;
import io.gradwatch.demo.Traffic;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.topology.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Baselines from the command line, against a running agent and a real broker. */
class BaselineIT {
  private static final Path DEMO = Path.of("src/main/dist/demo").toAbsolutePath();
  private static final String TOPIC = "inference.digits";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Recent, for a broker deletes records beyond its retention. */
  private final Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(1_800);

  @TempDir private Path directory;
  private String bootstrapServers = "";

  @Test
  void aBaselineOfPastWindowsCountsInARunningAgentOnceItIsApproved() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      // Given
      bootstrapServers = broker.bootstrapServers();
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
        admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
      }
      Files.writeString(directory.resolve("gradwatch.yaml"), config());
      traffic(0, 400);
      GradwatchConfig config =
          GradwatchConfig.load(directory.resolve("gradwatch.yaml"), System.getenv());
      try (Agent agent = Agent.start(config, InstantSource.system())) {
        awaitReading(config, start.plusSeconds(380), 20);
        String live = only(list(), "live").get("id").asText();

        // When
        Ended tried = baseline("create", "digits", "--last", "25", "--dry-run");
        assertThat(tried.err()).contains("Nothing is written: this would be record 'digits/");
        assertThat(list()).hasSize(1);
        Ended created = baseline("create", "digits", "--last", "25", "--note", "the new regime");
        String past = only(list(), "history").get("id").asText();
        assertThat(created.out()).contains(past, "25 windows");
        assertThat(active()).isEqualTo(live);
        assertThat(baseline("approve", "digits", past, "--dry-run").code()).isZero();
        assertThat(active()).isEqualTo(live);
        Ended approved = baseline("approve", "digits", past.substring(0, 8));

        // Then
        assertThat(approved.code()).isZero();
        assertThat(active()).isEqualTo(past);
        traffic(400, 440);
        awaitReading(config, start.plusSeconds(420), 25);

        rollsBackAndPins(live, past);
        exportsAndImports(past);
        refusesWhatIsNoBaselineOfThisModel();
        reportsOnTheDriftThatFollows(config);
        assertThat(agent.port()).isPositive();
      }
    }
  }

  private void reportsOnTheDriftThatFollows(GradwatchConfig config) throws Exception {
    // When windows count for which baseline is not the same each time, nor how soon it pages.
    traffic(440, 740, Shift.ROTATED);
    awaitReading(config, start.plusSeconds(720), 25);
    Path page = directory.resolve("report.html");
    Path fisher = directory.resolve("fisher.npz");

    Ended told = report("digits", "-o", page.toString(), "--npz", fisher.toString());

    assertThat(told.code()).as(told.err()).isZero();
    assertThat(told.err()).contains("The model relies on other parts, and its inputs moved");
    assertThat(Files.readString(page))
        .contains("topics gradwatch.drift and gradwatch.importance", "Acting on it")
        .containsPattern("inference[.]digits-0@\\d+")
        .contains("data:image/png;base64,", "its saliency", "<code>conv1.weight");
    assertThat(fisher).isNotEmptyFile();
    Ended early =
        report("--model", "digits", "--to", start.plusSeconds(300).toString(), "--format", "json");
    assertThat(early.code()).as(early.err()).isZero();
    assertThat(JSON.readTree(early.out()).get("verdicts").toString()).contains("STABLE");
    Ended none = report("digits", "--from", start.plusSeconds(9_000).toString());
    assertThat(none.code()).isEqualTo(Main.FAILED);
    assertThat(none.err()).contains("no window of model 'digits' in topics gradwatch.drift");
    assertThat(none.out()).contains("There is no data");
  }

  private Ended report(String... arguments) {
    List<String> all = new ArrayList<>(List.of("report"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("-c", directory.resolve("gradwatch.yaml").toString()));
    return Ended.of(all.toArray(String[]::new));
  }

  private void rollsBackAndPins(String live, String past) throws IOException {
    assertThat(baseline("rollback", "digits").code()).isZero();
    assertThat(active()).isEqualTo(live);
    assertThat(baseline("rollback", "digits").err())
        .isEqualToIgnoringNewLines("gradwatch: there is no baseline before the active one");
    JsonNode pinned = JSON.readTree(baseline("pin", "digits", past, "--format", "json").out());
    assertThat(pinned.get("id").asText()).isEqualTo(past);
    assertThat(pinned.get("counts").asBoolean() && pinned.get("pinned").asBoolean()).isTrue();
    assertThat(only(list(), "history").get("pinned").asBoolean()).isTrue();
    assertThat(baseline("pin", "digits", "--off").code()).isZero();
    assertThat(only(list(), "history").get("pinned").asBoolean()).isFalse();
    assertThat(baseline("list", "digits").out()).containsPattern(past + " +history +25 .* active");
    assertThat(baseline("show", "digits").out()).contains(past, "fc1.weight");
  }

  private void exportsAndImports(String past) throws IOException {
    String file = directory.resolve("exported.json").toString();
    assertThat(baseline("export", "digits", past, "-o", file).code()).isZero();
    assertThat(baseline("import", "digits", file).out()).contains(past, "was there already");
    assertThat(only(list(), "history").get("id").asText()).isEqualTo(past);
  }

  private void refusesWhatIsNoBaselineOfThisModel() throws IOException {
    Path exported = directory.resolve("exported.json");
    String text = Files.readString(exported);
    JsonNode stored = JSON.readTree(text);
    Path bare = directory.resolve("bare.json");
    String sha = stored.get("version").get("sha256").asText();
    Files.writeString(bare, stored.get("baseline").toString().replace(sha, "0".repeat(64)));
    assertThat(failure("import", "digits", bare.toString()))
        .contains("is a baseline of model file 0000", "which is none of model 'digits'");

    Path broken = directory.resolve("broken.json");
    Files.writeString(broken, text.substring(0, text.length() / 2));
    assertThat(failure("import", "digits", broken.toString())).contains("cannot be read");
    Files.writeString(broken, text.replace("\"windows\":25", "\"windows\":26"));
    assertThat(failure("import", "digits", broken.toString())).contains("changed or damaged");
    Files.writeString(broken, text.replaceFirst("\"format\":1", "\"format\":9"));
    assertThat(failure("import", "digits", broken.toString()))
        .contains("stored baseline has format 9, must be 1");
    assertThat(failure("approve", "digits", "ffffffff"))
        .contains("no baseline of model 'digits' has an id that starts with 'ffffffff'");
    assertThat(baseline("list", "other").code()).isEqualTo(Main.USAGE);
    assertThat(baseline("create", "digits", "--task", "binary").code()).isEqualTo(Main.USAGE);
    assertThat(Ended.of("baseline", "create").code()).isEqualTo(Main.USAGE);
  }

  private String failure(String... arguments) {
    Ended ended = baseline(arguments);
    assertThat(ended.code()).isEqualTo(Main.FAILED);
    assertThat(ended.err().lines()).hasSize(1);
    return ended.err();
  }

  private void traffic(int from, int to) throws Exception {
    traffic(from, to, Shift.NONE);
  }

  private void traffic(int from, int to, Shift shift) throws Exception {
    DigitRequests digits =
        new DigitRequests(DigitFile.heldOut(DEMO.resolve("digits.csv.gz")), 7 + from);
    try (Traffic traffic = Traffic.to(bootstrapServers, TOPIC, digits, InstantSource.system())) {
      traffic.shift(shift);
      traffic.history(start.plusSeconds(from), start.plusSeconds(to), 20);
    }
  }

  private static void awaitReading(GradwatchConfig config, Instant end, int baselineWindows) {
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(
            () -> {
              DriftReading reading =
                  LastReading.of(config.kafka().values(), new Topics("gradwatch."), "digits")
                      .orElseThrow(AssertionError::new);
              assertThat(Instant.ofEpochMilli(reading.end())).isAfterOrEqualTo(end);
              assertThat(reading.baselineWindows()).isEqualTo(baselineWindows);
            });
  }

  private List<JsonNode> list() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : baseline("list", "digits", "--format", "json").out().lines().toList()) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  private String active() throws IOException {
    return list().stream()
        .filter(row -> row.get("active").asBoolean())
        .map(row -> row.get("id").asText())
        .reduce((a, b) -> a + " and " + b)
        .orElse("none");
  }

  private static JsonNode only(List<JsonNode> rows, String origin) {
    List<JsonNode> found =
        rows.stream().filter(row -> row.get("origin").asText().equals(origin)).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private Ended baseline(String... arguments) {
    List<String> all = new ArrayList<>(List.of("baseline"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("-c", directory.resolve("gradwatch.yaml").toString()));
    return Ended.of(all.toArray(String[]::new));
  }

  private String config() {
    return """
        kafka:
          bootstrap.servers: %s
        listen: 127.0.0.1:0
        state-dir: %s
        partitions: 2
        replication-factor: 1
        warnings: 50%% in 20 windows
        models:
          - name: digits
            path: %s
            topics: [%s]
            start-from: earliest
            window: 10s
            samples: 64
            grace: 1s
            idle-timeout: 1h
            micro-batch: 16
            cycle: 1s
            baseline-windows: 20
            show-samples: true
            false-alarms: 10%% in 20 windows
        """
        .formatted(bootstrapServers, directory.resolve("state"), DEMO.resolve("digits.pt"), TOPIC);
  }
}
