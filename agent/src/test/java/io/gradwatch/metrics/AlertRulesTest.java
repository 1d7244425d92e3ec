package io.gradwatch.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.gradwatch.Needs;
import io.gradwatch.sample.Refusal;
import io.gradwatch.topology.WindowOutcome;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlertRulesTest {
  private static final Path FOLDER = Path.of("../deploy/prometheus");
  private static final Pattern LEVEL_METRIC_OPERATION =
      Pattern.compile("[a-z_]+:gradwatch_[a-z0-9_]+:[a-z0-9_]+");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "promtool check rules gradwatch.rules.yml",
        "promtool test rules gradwatch.rules.test.yml",
        "amtool check-config alertmanager.yml"
      })
  void prometheusAndAlertmanagerAreContent(String command) throws Exception {
    Ended ended = run(command);

    assertThat(ended.code()).as(ended.output()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"page, pages", "ticket, tickets"})
  void theExampleRoutesBySeverity(String severity, String receiver) throws Exception {
    Ended ended =
        run("amtool config routes test --config.file=alertmanager.yml severity=" + severity);

    assertThat(ended.output().lines()).last().isEqualTo(receiver);
  }

  private record Ended(int code, String output) {}

  /** Runs a program of Debian's packages; skips the test where it is not installed. */
  private static Ended run(String command) throws Exception {
    List<String> words = List.of(command.split(" ", -1));
    Needs.that(onPath(words.get(0)), words.get(0) + " is not on the PATH");
    Process process =
        new ProcessBuilder(words).directory(FOLDER.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }

  @Test
  void rulesAskOnlyForMetricsThatTheAgentExports() throws IOException {
    for (JsonNode rule : rules("alert", "record")) {
      String queries = rule.path("expr").asText() + rule.at("/annotations/description").asText();
      assertThat(Exported.names()).as(queries).containsAll(Exported.in(queries));
    }
  }

  @Test
  void nothingAlarmsOnWhatIsOnlyShown() throws IOException {
    assertThat(rules("alert", "record"))
        .extracting(rule -> rule.path("expr").asText())
        .noneMatch(query -> query.matches("(?s).*(put_drift_|importance_(similarity|distance)).*"));
  }

  @Test
  void recordsAreNamedLevelMetricOperation() throws IOException {
    assertThat(rules("record"))
        .isNotEmpty()
        .allSatisfy(
            rule -> assertThat(rule.path("record").asText()).matches(LEVEL_METRIC_OPERATION));
  }

  @Test
  void eachAlertWaitsSaysWhatIsWrongAndLeadsToItsRunbook() throws IOException {
    Set<String> anchors =
        Exported.read(FOLDER.resolve("RUNBOOK.md"))
            .lines()
            .filter(line -> line.startsWith("## "))
            .map(line -> line.substring(3).toLowerCase(Locale.ROOT).replace(' ', '-'))
            .collect(Collectors.toSet());

    for (JsonNode alert : rules("alert")) {
      String name = alert.path("alert").asText();
      assertThat(name).startsWith("Gradwatch");
      assertThat(alert.path("for").asText()).as(name).matches("[0-9]+m");
      assertThat(alert.at("/labels/severity").asText()).as(name).isIn("page", "ticket");
      assertThat(alert.at("/annotations/summary").asText())
          .as("a summary groups notifications: it is the same for all")
          .endsWith(".")
          .doesNotContain("{{");
      assertThat(alert.at("/annotations/description").asText()).as(name).isNotBlank();
      assertThat(alert.at("/annotations/runbook_url").asText())
          .as(name)
          .endsWith("deploy/prometheus/RUNBOOK.md#" + name.toLowerCase(Locale.ROOT));
      assertThat(anchors).contains(name.toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void eachAlertIsTestedForFiringAndForSilence() throws IOException {
    Set<String> firing = new TreeSet<>();
    Set<String> silent = new TreeSet<>();
    for (JsonNode test : yaml("gradwatch.rules.test.yml").path("tests")) {
      for (JsonNode alert : test.path("alert_rule_test")) {
        Set<String> outcome = alert.path("exp_alerts").isEmpty() ? silent : firing;
        outcome.add(alert.path("alertname").asText());
      }
    }
    Set<String> alerts =
        rules("alert").stream()
            .map(rule -> rule.path("alert").asText())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(firing).isEqualTo(alerts);
    assertThat(silent).isEqualTo(alerts);
  }

  @Test
  void theRunbookPutsItsAddressIntoEachAlert(@TempDir Path folder) throws Exception {
    String command =
        runbook("").lines().filter(line -> line.startsWith("sed -i ")).findFirst().orElseThrow();
    Path rules = Files.copy(FOLDER.resolve("gradwatch.rules.yml"), folder.resolve("rules.yml"));
    assertThat(Exported.read(rules)).as("the rules say so as well").contains(command);

    new ProcessBuilder("sh", "-ec", command.replace("gradwatch.rules.yml", rules.toString()))
        .inheritIO()
        .start()
        .waitFor();

    assertThat(Exported.read(rules).lines().filter(line -> line.contains("runbook_url:")))
        .hasSameSizeAs(rules("alert"))
        .allMatch(line -> line.contains("runbook_url: https://"));
  }

  @Test
  void theRunbookKnowsEachReasonForWhichAWindowIsSkipped() {
    assertThat(reasons("GradwatchSkippingWindows"))
        .containsExactlyInAnyOrderElementsOf(WindowOutcome.skipReasons());
  }

  @Test
  void computingFailsForAllReasonsButWantOfTrafficTimeOrFile() throws IOException {
    Matcher listed =
        Pattern.compile("reason=~\"([^\"]+)\"")
            .matcher(rule("GradwatchComputeFailing").path("expr").asText());
    assertThat(listed.find()).isTrue();
    List<String> failures = List.of(listed.group(1).split("\\|", -1));

    assertThat(reasons("GradwatchComputeFailing")).hasSameElementsAs(failures);
    assertThat(WindowOutcome.skipReasons())
        .hasSameElementsAs(
            Stream.concat(failures.stream(), Stream.of("too-few", "shed", "load")).toList());
  }

  @Test
  void theRunbookKnowsEachReasonForWhichARecordIsRefused() {
    assertThat(reasons("GradwatchRefusingSamples"))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Refusal.values()).map(Refusal::label).toList());
  }

  /** What is between the parts that are always the same is put in by the agent. */
  @Test
  void whyAModelIsUncalibratedIsSaidInTheAgentsWords() throws IOException {
    StringBuilder sources = new StringBuilder();
    try (Stream<Path> files = Files.list(Path.of("src/main/java/io/gradwatch/drift"))) {
      files.map(Exported::read).forEach(sources::append);
    }

    assertThat(reasons("GradwatchUncalibrated"))
        .hasSizeGreaterThan(10)
        .allSatisfy(
            reason ->
                assertThat(sources)
                    .containsPattern(
                        Arrays.stream(reason.split("…", -1))
                            .map(Pattern::quote)
                            .collect(Collectors.joining("[^\"]{0,6}"))));
  }

  /** What stands as code in the first column of an alert's table. */
  private static List<String> reasons(String alert) {
    return runbook(alert)
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split(" \\| ", -1)[0])
        .flatMap(
            cell -> Pattern.compile("`([^`]+)`").matcher(cell).results().map(it -> it.group(1)))
        .toList();
  }

  /** An alert's entry, or all that comes before the first one. */
  private static String runbook(String alert) {
    String text = Exported.read(FOLDER.resolve("RUNBOOK.md"));
    String from = alert.isEmpty() ? text : text.substring(text.indexOf("\n## " + alert + "\n") + 4);
    return from.split("\n## ", 2)[0];
  }

  private static JsonNode rule(String alert) throws IOException {
    return rules("alert").stream()
        .filter(rule -> rule.path("alert").asText().equals(alert))
        .findFirst()
        .orElseThrow();
  }

  private static List<JsonNode> rules(String... kinds) throws IOException {
    List<JsonNode> rules = new ArrayList<>();
    for (JsonNode group : yaml("gradwatch.rules.yml").path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        if (Arrays.stream(kinds).anyMatch(rule::has)) {
          rules.add(rule);
        }
      }
    }
    return rules;
  }

  private static JsonNode yaml(String file) throws IOException {
    return new YAMLMapper().readTree(FOLDER.resolve(file).toFile());
  }

  private static boolean onPath(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
