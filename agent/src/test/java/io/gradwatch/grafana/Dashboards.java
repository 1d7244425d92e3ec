package io.gradwatch.grafana;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All dashboards. What is committed in {@code grafana/dashboards} is made of them. */
public final class Dashboards {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Dashboards() {}

  /** The text of each file, by its name. */
  public static Map<String, String> files() {
    Map<String, String> files = new TreeMap<>();
    for (JsonNode dashboard : all()) {
      try {
        String text = MAPPER.writeValueAsString(dashboard) + "\n";
        files.put(dashboard.path("uid").asText() + ".json", text);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  /** What a panel, or the annotations of a dashboard, ask Prometheus. */
  public record PanelQueries(String title, List<String> queries) {}

  /**
   * The queries of each panel and annotation as Grafana would send them.
   *
   * @param chosen values of variables; all others are All
   */
  public static List<PanelQueries> queries(Map<String, String> chosen) {
    List<PanelQueries> queries = new ArrayList<>();
    for (JsonNode dashboard : all()) {
      for (JsonNode panel : dashboard.path("panels")) {
        if (!panel.path("type").asText().equals("row")) {
          queries.add(asked(panel.path("title").asText(), panel.path("targets"), chosen));
        }
      }
      queries.add(asked("annotations", dashboard.at("/annotations/list"), chosen));
    }
    return queries;
  }

  /** The queries of each variable. */
  public static List<String> variables(Map<String, String> chosen) {
    List<String> variables = new ArrayList<>();
    for (JsonNode dashboard : all()) {
      for (String each : dashboard.at("/templating/list").findValuesAsText("definition")) {
        variables.add(filled(each, chosen));
      }
    }
    return variables;
  }

  private static PanelQueries asked(String title, JsonNode targets, Map<String, String> chosen) {
    return new PanelQueries(
        title,
        targets.findValuesAsText("expr").stream().map(query -> filled(query, chosen)).toList());
  }

  private static String filled(String query, Map<String, String> chosen) {
    String filled = query;
    for (Map.Entry<String, String> variable : chosen.entrySet()) {
      filled = filled.replace("\"$" + variable.getKey(), "\"" + variable.getValue());
    }
    return filled
        .replace("$__rate_interval", "30s")
        .replace("$__interval", "3s")
        .replace("$__range_s", "600")
        .replace("$__range", "10m")
        .replaceAll("\\$(?:job|instance|model)", ".+");
  }

  private static List<JsonNode> all() {
    return List.of(
        FleetDashboard.frame().json(),
        ModelDashboard.frame().json(),
        AgentDashboard.frame().json());
  }
}
