package io.gradwatch.grafana;

import static io.gradwatch.grafana.Queries.agent;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gradwatch.metrics.Metric;

/**
 * A dashboard: variables, annotations and links that all have in common, and panels that fill rows
 * of 24 columns from left to right.
 */
final class Frame {
  private static final int COLUMNS = 24;

  private final ObjectNode json = JsonNodeFactory.instance.objectNode();
  private final ArrayNode panels = JsonNodeFactory.instance.arrayNode();
  private int x;
  private int y;
  private int rowHeight;

  /**
   * @param uid stable: other dashboards and bookmarks link to it
   * @param question that the dashboard answers
   */
  Frame(String uid, String title, String question) {
    json.put("uid", uid).put("title", "Gradwatch / " + title).put("description", question);
    json.putArray("tags").add("gradwatch");
    json.put("editable", false).put("schemaVersion", 42).put("version", 1);
    json.put("graphTooltip", 1).put("timezone", "browser").put("refresh", "30s");
    json.put("fiscalYearStartMonth", 0).put("weekStart", "");
    json.putObject("time").put("from", "now-6h").put("to", "now");
    json.putObject("timepicker");
    json.putArray("links")
        .addObject()
        .put("title", "Gradwatch")
        .put("type", "dashboards")
        .put("asDropdown", false)
        .put("includeVars", true)
        .put("keepTime", true)
        .put("icon", "external link")
        .put("targetBlank", false)
        .put("tooltip", "fleet, model, agent")
        .put("url", "")
        .putArray("tags")
        .add("gradwatch");
    json.putObject("templating")
        .putArray("list")
        .addObject()
        .put("name", "datasource")
        .put("label", "Data source")
        .put("type", "datasource")
        .put("query", "prometheus")
        .put("regex", "")
        .put("hide", 0)
        .put("refresh", 1)
        .put("multi", false)
        .put("includeAll", false)
        .putObject("current");
    several("job", "Job", "label_values(gradwatch_build_info, job)");
    several("instance", "Instance", "label_values(gradwatch_build_info{job=~\"$job\"}, instance)");
  }

  static ObjectNode dataSource() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "prometheus")
        .put("uid", "${datasource}");
  }

  /** Lets the reader choose some or all of the values. */
  Frame several(String name, String label, String values) {
    ObjectNode variable = variable(name, label, values);
    variable.put("multi", true).put("includeAll", true).put("allValue", ".+");
    ObjectNode current = variable.putObject("current");
    current.putArray("text").add("All");
    current.putArray("value").add("$__all");
    return this;
  }

  /**
   * Lets the reader choose one of the values.
   *
   * @param pattern of values that can be chosen, empty for all
   * @param current at first, empty for the first
   */
  Frame one(String name, String label, String values, String pattern, String current) {
    ObjectNode variable = variable(name, label, values);
    variable.put("regex", pattern).put("multi", false).put("includeAll", false);
    ObjectNode chosen = variable.putObject("current");
    if (!current.isEmpty()) {
      chosen.put("text", current).put("value", current);
    }
    return this;
  }

  private ObjectNode variable(String name, String label, String values) {
    ObjectNode variable = ((ArrayNode) json.at("/templating/list")).addObject();
    variable.put("name", name).put("label", label).put("type", "query").put("regex", "");
    variable.set("datasource", dataSource());
    variable
        .putObject("query")
        .put("query", values)
        .put("refId", "PrometheusVariableQueryEditor-VariableQuery");
    return variable.put("definition", values).put("refresh", 2).put("sort", 1).put("hide", 0);
  }

  /** Marks what happened on every panel over time. */
  Frame annotated(Queries queries) {
    ArrayNode list = json.putObject("annotations").putArray("list");
    list.addObject()
        .put("builtIn", 1)
        .put("enable", true)
        .put("hide", true)
        .put("iconColor", "rgba(0, 211, 255, 1)")
        .put("name", "Annotations & Alerts")
        .put("type", "dashboard")
        .putObject("datasource")
        .put("type", "grafana")
        .put("uid", "-- Grafana --");
    // Some alerts are about no model, and one about no job.
    annotation(
        list,
        "Alerts",
        "red",
        "ALERTS{alertname=~\"Gradwatch.*\", alertstate=\"firing\", job=~\"$job|\", model=~\"$model|\"}",
        "{{alertname}}",
        "{{model}}");
    annotation(
        list,
        "Restarts",
        "blue",
        "changes(" + agent("process_start_time_seconds") + "[$__interval]) > 0",
        "Restart",
        "{{instance}}");
    String calibrating = queries.of(Metric.DRIFT_STATUS, Queries.status("calibrating"));
    String windows = queries.of(Metric.BASELINE_WINDOWS);
    annotation(
        list,
        "New baselines",
        "purple",
        """
        (max by (model) (%1$s offset $__interval) == 1
          unless max by (model) (%1$s) == 1)
        or
        (max by (model) (%2$s) != max by (model) (%2$s offset $__interval)
          unless max by (model) (%1$s) == 1)"""
            .formatted(calibrating, windows),
        "New baseline",
        "{{model}}");
    String version = queries.of(Metric.MODEL_INFO);
    annotation(
        list,
        "Versions",
        "green",
        """
        max by (model, version) (%1$s)
          unless max by (model, version) (%1$s offset $__interval)"""
            .formatted(version),
        "New version",
        "{{version}}");
    return this;
  }

  private static void annotation(
      ArrayNode list, String name, String colour, String query, String title, String text) {
    ObjectNode annotation = list.addObject().put("name", name);
    annotation.set("datasource", dataSource());
    annotation
        .put("enable", true)
        .put("hide", false)
        .put("iconColor", colour)
        .put("expr", query)
        .put("step", "30s")
        .put("titleFormat", title)
        .put("textFormat", text);
  }

  /** Begins a row with a title. */
  Frame row(String title) {
    nextLine();
    ObjectNode row = panels.addObject();
    row.put("type", "row").put("title", title).put("collapsed", false).put("id", panels.size());
    row.putObject("gridPos").put("x", 0).put("y", y).put("w", COLUMNS).put("h", 1);
    row.putArray("panels");
    y++;
    return this;
  }

  /** Puts panels beside each other, and on a new line where there is no more room. */
  Frame panels(Panel... added) {
    for (Panel panel : added) {
      if (x + panel.width() > COLUMNS) {
        nextLine();
      }
      panels.add(panel.at(panels.size() + 1, x, y));
      x += panel.width();
      rowHeight = Math.max(rowHeight, panel.height());
    }
    return this;
  }

  private void nextLine() {
    x = 0;
    y += rowHeight;
    rowHeight = 0;
  }

  /** Its JSON. */
  ObjectNode json() {
    ObjectNode whole = json.deepCopy();
    whole.set("panels", panels);
    return whole;
  }
}
