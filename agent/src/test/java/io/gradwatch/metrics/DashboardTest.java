package io.gradwatch.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.gradwatch.grafana.Dashboards;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of Grafana's dashboard linter, and a few of ours, for every dashboard. */
class DashboardTest {
  private static final Path GRAFANA = Path.of("../grafana");
  private static final Set<String> UNITS =
      Set.of("none", "short", "percentunit", "s", "bytes", "cps", "string");
  private static final Pattern SELECTOR =
      Pattern.compile("\\b(?:gradwatch|jvm|process|system|kafka)_[a-z0-9_]+(\\{[^}]*})?");
  private static final Pattern RATE =
      Pattern.compile("\\b(?:rate|irate|increase)\\(([a-z0-9_]+)\\{[^}]*}\\[([^]]*)]\\)");
  private static final Pattern COUNTER =
      Pattern.compile("\\b[a-z_]+_(?:total|bucket|count|sum)\\b");

  static List<Path> dashboards() throws IOException {
    try (Stream<Path> files = Files.list(GRAFANA.resolve("dashboards"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void filesAreWhatTheirSourceSays() {
    Dashboards.files()
        .forEach((name, text) -> Golden.check(GRAFANA.resolve("dashboards").resolve(name), text));
  }

  @Test
  void nothingElseIsProvisioned() throws IOException {
    assertThat(dashboards())
        .extracting(file -> file.getFileName().toString())
        .containsExactlyElementsOf(Dashboards.files().keySet());
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void loadsWithoutAnEditorInGrafana10AndLater(Path file) throws IOException {
    JsonNode dashboard = new ObjectMapper().readTree(file.toFile());

    assertThat(dashboard.path("uid").asText() + ".json").isEqualTo(file.getFileName().toString());
    assertThat(dashboard.path("schemaVersion").asInt()).isEqualTo(42);
    assertThat(dashboard.path("editable").asBoolean(true)).isFalse();
    assertThat(dashboard.path("graphTooltip").asInt()).as("shared crosshair").isEqualTo(1);
    assertThat(dashboard.path("tags").get(0).asText()).isEqualTo("gradwatch");
    assertThat(dashboard.path("links").get(0).path("tags").get(0).asText()).isEqualTo("gradwatch");
    assertThat(dashboard.has("id")).as("an id belongs to one Grafana").isFalse();
    assertThat(dashboard.path("annotations").path("list").findValuesAsText("name"))
        .contains("Alerts", "Restarts", "New baselines", "Versions");
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void hasOneDataSourceAndSelectsJobsAndInstances(Path file) throws IOException {
    Map<String, JsonNode> variables = new TreeMap<>();
    int dataSources = 0;
    for (JsonNode each : new ObjectMapper().readTree(file.toFile()).at("/templating/list")) {
      variables.put(each.path("name").asText(), each);
      dataSources += each.path("type").asText().equals("datasource") ? 1 : 0;
    }

    assertThat(dataSources).isEqualTo(1);
    assertThat(variables).containsKeys("datasource", "job", "instance");
    for (String name : List.of("job", "instance")) {
      JsonNode variable = Objects.requireNonNull(variables.get(name));
      assertThat(variable.path("multi").asBoolean()).isTrue();
      assertThat(variable.path("allValue").asText()).isEqualTo(".+");
      assertThat(variable.path("refresh").asInt()).as("on change of time").isEqualTo(2);
      assertThat(variable.at("/datasource/uid").asText()).isEqualTo("${datasource}");
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void eachPanelSaysWhatItShowsAndInWhichUnit(Path file) throws IOException {
    for (JsonNode panel : panels(file)) {
      String title = panel.path("title").asText();
      assertThat(title).isNotBlank();
      assertThat(panel.path("description").asText()).as(title).endsWith(".");
      assertThat(panel.at("/datasource/uid").asText()).as(title).isEqualTo("${datasource}");
      assertThat(UNITS).as(title).contains(panel.at("/fieldConfig/defaults/unit").asText());
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panelsHaveIdsOfTheirOwnAndDoNotOverlap(Path file) throws IOException {
    Set<Integer> ids = new HashSet<>();
    Set<String> cells = new HashSet<>();
    for (JsonNode panel : new ObjectMapper().readTree(file.toFile()).path("panels")) {
      String title = panel.path("title").asText();
      assertThat(ids.add(panel.path("id").asInt())).as("id of %s", title).isTrue();
      JsonNode grid = panel.path("gridPos");
      assertThat(grid.path("x").asInt() + grid.path("w").asInt()).isLessThanOrEqualTo(24);
      for (int x = 0; x < grid.path("w").asInt(); x++) {
        for (int y = 0; y < grid.path("h").asInt(); y++) {
          String cell = (grid.path("x").asInt() + x) + "," + (grid.path("y").asInt() + y);
          assertThat(cells.add(cell)).as("%s at %s", title, cell).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void eachSelectorKeepsToTheChosenJobsAndInstances(Path file) throws IOException {
    for (String query : queries(file)) {
      Matcher selector = SELECTOR.matcher(query.replaceAll("ALERTS\\{[^}]*}", ""));
      assertThat(selector.find() || query.contains("ALERTS{")).as(query).isTrue();
      selector.reset();
      while (selector.find()) {
        assertThat(String.valueOf(selector.group(1)))
            .as(query)
            .contains("job=~\"$job\", instance=~\"$instance\"");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void countersStandInRatesOverTheRateIntervalOnly(Path file) throws IOException {
    for (String query : queries(file)) {
      Matcher rate = RATE.matcher(query);
      while (rate.find()) {
        assertThat(rate.group(1)).as(query).matches(COUNTER);
        assertThat(rate.group(2)).as(query).isEqualTo("$__rate_interval");
      }
      assertThat(rate.replaceAll("")).as(query).doesNotContainPattern(COUNTER);
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void asksOnlyForMetricsThatTheAgentExports(Path file) throws IOException {
    JsonNode dashboard = new ObjectMapper().readTree(file.toFile());
    List<String> asked = new ArrayList<>(queries(file));
    asked.addAll(dashboard.at("/annotations/list").findValuesAsText("expr"));
    asked.addAll(dashboard.at("/templating/list").findValuesAsText("definition"));

    assertThat(asked).hasSizeGreaterThan(15);
    for (String query : asked) {
      assertThat(Exported.names()).as(query).containsAll(Exported.in(query));
    }
  }

  @Test
  void leadFromTheFleetToAModelToTheLivePageOfItsAgent() throws IOException {
    List<String> fleet = links("gradwatch-fleet");
    assertThat(fleet)
        .anyMatch(
            url ->
                url.startsWith("/d/gradwatch-model?") && url.endsWith("&var-model=${__value.raw}"))
        .anyMatch(url -> url.startsWith("/d/gradwatch-agent?"))
        .contains("http://${__value.raw}/");
    assertThat(fleet)
        .filteredOn(url -> url.startsWith("/d/"))
        .allSatisfy(
            url ->
                assertThat(url)
                    .contains(
                        "${datasource:queryparam}",
                        "${job:queryparam}",
                        "${instance:queryparam}",
                        "${__url_time_range}"));
    assertThat(links("gradwatch-model")).contains("http://${__field.labels.instance}/");
    assertThat(links("gradwatch-agent")).contains("http://${__value.raw}/");
  }

  private static List<String> links(String uid) throws IOException {
    Path file = GRAFANA.resolve("dashboards").resolve(uid + ".json");
    return new ObjectMapper()
        .readTree(file.toFile()).path("panels").findValues("fieldConfig").stream()
            .flatMap(config -> config.findValuesAsText("url").stream())
            .toList();
  }

  @Test
  void provisionedFilesCannotBeChangedInTheBrowser() throws IOException {
    JsonNode source =
        new YAMLMapper()
            .readTree(GRAFANA.resolve("provisioning/datasources/prometheus.yml").toFile())
            .at("/datasources/0");
    JsonNode provider =
        new YAMLMapper()
            .readTree(GRAFANA.resolve("provisioning/dashboards/gradwatch.yml").toFile())
            .at("/providers/0");

    assertThat(source.path("uid").asText()).isEqualTo("gradwatch-prometheus");
    assertThat(source.path("editable").asBoolean(true)).isFalse();
    assertThat(provider.path("allowUiUpdates").asBoolean(true)).isFalse();
    assertThat(provider.at("/options/foldersFromFilesStructure").asBoolean()).isTrue();
  }

  private static List<JsonNode> panels(Path file) throws IOException {
    List<JsonNode> panels = new ArrayList<>();
    for (JsonNode panel : new ObjectMapper().readTree(file.toFile()).path("panels")) {
      if (!panel.path("type").asText().equals("row")) {
        panels.add(panel);
      }
    }
    assertThat(panels).isNotEmpty();
    return panels;
  }

  private static List<String> queries(Path file) throws IOException {
    List<String> queries = new ArrayList<>();
    for (JsonNode panel : panels(file)) {
      panel.path("targets").forEach(target -> queries.add(target.path("expr").asText()));
    }
    return queries;
  }
}
