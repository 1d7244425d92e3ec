package io.gradwatch.grafana;

import static io.gradwatch.grafana.Queries.agent;
import static io.gradwatch.grafana.Queries.status;

import io.gradwatch.metrics.Metric;

/** Is any model drifting? */
final class FleetDashboard {
  static final String UID = "gradwatch-fleet";
  private static final Queries Q = Queries.ofModels();
  private static final String TO_MODEL =
      "/d/"
          + ModelDashboard.UID
          + "?${datasource:queryparam}&${job:queryparam}"
          + "&${instance:queryparam}&${__url_time_range}&var-model=";

  private FleetDashboard() {}

  static Frame frame() {
    return new Frame(UID, "Fleet", "Is any model drifting? One line a model.")
        .several(
            "model",
            "Model",
            "label_values(gradwatch_drift_status{%s}, model)".formatted(Queries.AGENT))
        .annotated(Q)
        .panels(
            standing(
                "In drift",
                "drift",
                "red",
                "Models whose evidence passed the limit of the false-alarm budget and whose traffic has not recovered."),
            standing(
                "Warning",
                "warning",
                "orange",
                "Models whose evidence passed the budget of warnings."),
            notWatched(),
            concept(),
            oldestWindow(),
            agents())
        .panels(models(), statuses(), evidence(), inputs(), firing());
  }

  private static Panel standing(String title, String status, String colour, String description) {
    return Panel.stat(title, description, "short")
        .now("sum(%s)".formatted(Q.max("model", Metric.DRIFT_STATUS, status(status))), "")
        .steps("green", 1, colour)
        .option("colorMode", "background");
  }

  private static Panel notWatched() {
    return Panel.stat(
            "Not watched",
            "Models that are calibrating or uncalibrated: their drift does not page.",
            "short")
        .now(
            "sum(%s) + sum(%s)"
                .formatted(
                    Q.max("model", Metric.DRIFT_STATUS, status("calibrating")),
                    Q.max("model", Metric.DRIFT_STATUS, status("uncalibrated"))),
            "")
        .steps("green", 1, "blue")
        .option("colorMode", "background");
  }

  private static Panel concept() {
    return Panel.stat(
            "Concept drift",
            "Models whose labels contradict their answers more than in the baseline. Counts models"
                + " with labels only.",
            "short")
        .now(
            "sum(%s) or vector(0)"
                .formatted(Q.max("model", Metric.CONCEPT_STATUS, status("drift"))),
            "")
        .steps("green", 1, "red")
        .option("colorMode", "background");
  }

  private static Panel oldestWindow() {
    return Panel.stat(
            "Window age", "Time since the model that waits longest had a window finished.", "s")
        .now("max(%s)".formatted(Q.windowAge()), "")
        .decimals(0);
  }

  private static Panel agents() {
    return Panel.stat(
            "Agents", "Agents that Prometheus scrapes. Without any, nobody watches.", "short")
        .now("count(%s)".formatted(agent(Metric.BUILD_INFO)), "")
        .steps("red", 1, "text")
        .otherwise("0")
        .link("Agents", toAgents());
  }

  static String toAgents() {
    return "/d/"
        + AgentDashboard.UID
        + "?${datasource:queryparam}&${job:queryparam}"
        + "&${instance:queryparam}&${__url_time_range}";
  }

  private static Panel models() {
    Panel table =
        Panel.table(
                "Models",
                "One line a model, the worst on top; a click on its name shows its groups, one on"
                    + " the agent its live page. Evidence: over the limit at which it pages;"
                    + " Warning: over that of warnings. Worst group: the group with the largest"
                    + " share of the evidence, and that share, which is chance while there is"
                    + " little evidence. Inputs, Outputs: share of the features that are"
                    + " distributed otherwise than in the baseline. Age: of the newest window.")
            .size(24, 7);
    table.label("model", "Model").link("Groups of ${__value.raw}", TO_MODEL + "${__value.raw}");
    table.column("Status", Q.status(Metric.DRIFT_STATUS), "short").statuses().width(105);
    table
        .column("Evidence", Q.max("model", Metric.DRIFT_EVIDENCE), "percentunit")
        .decimals(0)
        .steps("text", 1, "red");
    table
        .column("Warning", Q.max("model", Metric.WARNING_EVIDENCE), "percentunit")
        .decimals(0)
        .steps("text", 1, "orange");
    table.label("group", "Worst group").width(140);
    table
        .column(
            "Share",
            "topk by (model) (1, %s)"
                .formatted(Q.max("model, group", Metric.GROUP_EVIDENCE_SHARE, "group!=\"other\"")),
            "percentunit")
        .decimals(0);
    table
        .column(
            "Inputs",
            moved("model", Metric.INPUT_DRIFT_FEATURES, Metric.INPUT_DRIFT_COMPARED),
            "percentunit")
        .decimals(0);
    table
        .column(
            "Outputs",
            moved("model", Metric.OUTPUT_DRIFT_FEATURES, Metric.OUTPUT_DRIFT_COMPARED),
            "percentunit")
        .decimals(0);
    table.column("Age", Q.windowAge(), "s").decimals(0);
    table
        .label("instance", "Agent")
        .width(140)
        .link("Live page of ${__value.raw}", "http://${__value.raw}/");
    table.labelsOf(
        "topk by (model) (1, %s)"
            .formatted(Q.max("model, instance", Metric.LAST_WINDOW_END_TIMESTAMP)));
    return table.sortedBy("Status");
  }

  static String moved(String by, Metric moved, Metric compared) {
    return "%s / %s".formatted(Q.max(by, moved), Q.max(by, compared));
  }

  private static Panel statuses() {
    return Panel.states("Status", "Where each model stood after each window.", "short")
        .query(Q.status(Metric.DRIFT_STATUS), "{{model}}")
        .statuses()
        .size(24, 5);
  }

  private static Panel evidence() {
    return Panel.lines(
            "Evidence of drift",
            "Evidence over the limit of the false-alarm budget. At 100 % it pages. The scale is"
                + " logarithmic: evidence of a lasting drift grows by a factor a window.",
            "percentunit")
        .query(Q.max("model", Metric.DRIFT_EVIDENCE) + " > 0", "{{model}}")
        .logarithmic(0.001, 1.5)
        .limits(1, "red")
        .size(12, 9);
  }

  private static Panel inputs() {
    return Panel.lines(
            "Inputs that moved",
            "Share of a model's input features that are distributed otherwise than in the"
                + " baseline. Inputs here and no evidence beside: the traffic moved in what the"
                + " model ignores. Empty where the baseline has no counts.",
            "percentunit")
        .query(
            moved("model", Metric.INPUT_DRIFT_FEATURES, Metric.INPUT_DRIFT_COMPARED), "{{model}}")
        .axis(0, 1)
        .size(12, 9);
  }

  private static Panel firing() {
    Panel table =
        Panel.table(
                "Firing alerts",
                "Alerts of Gradwatch that fire now; the runbook says for each what to do. Empty is"
                    + " good.")
            .size(24, 6);
    table.label("alertname", "Alert").width(260);
    table.label("severity", "Severity").width(120);
    table.label("model", "Model").width(200);
    table.label("reason", "Reason");
    table.labelsOf(
        "max by (alertname, severity, model, instance, reason)"
            + " (ALERTS{alertname=~\"Gradwatch.*\", alertstate=\"firing\", job=~\"$job|\","
            + " model=~\"$model|\"})");
    return table.otherwise("None");
  }
}
