package io.gradwatch.grafana;

import io.gradwatch.metrics.Metric;

/** Which groups of a model moved, and since when? */
final class ModelDashboard {
  static final String UID = "gradwatch-model";
  static final Queries Q = Queries.ofOneModel();
  private static final String METHOD = "method=\"$method\"";

  private ModelDashboard() {}

  static Frame frame() {
    return new Frame(UID, "Model", "Which groups of one model moved, and since when?")
        .one(
            "model",
            "Model",
            "label_values(gradwatch_drift_status{%s}, model)".formatted(Queries.AGENT),
            "",
            "")
        .one(
            "method",
            "Method",
            "label_values(gradwatch_importance_share_ratio{%s, model=\"$model\"}, method)"
                .formatted(Queries.AGENT),
            "/^(?!attribution$).*/",
            "taylor")
        .annotated(Q)
        .panels(standing(), evidence(), warning(), worstGroup(), parity(), age())
        .panels(statuses(), version(), page(), limits(), evidenceByGroup(), heatmap(), effects())
        .panels(groups(), units())
        .row("Effect on each group")
        .panels(scale(), shape())
        .row("Importance")
        .panels(shares(), errors(), attribution())
        .row("What other monitors would say: shown, never paged on")
        .panels(ModelContext.otherMonitors())
        .row("Labels and reference: empty without them")
        .panels(ModelContext.labelsAndReference());
  }

  private static Panel standing() {
    return Panel.stat("Status", "Where the model stood after its newest window.", "short")
        .now(Q.status(Metric.DRIFT_STATUS), "")
        .statuses()
        .option("colorMode", "background")
        .size(4, 4);
  }

  private static Panel evidence() {
    return Panel.stat(
            "Evidence",
            "Evidence of drift over the limit of the false-alarm budget: 100 % pages. Shown up to"
                + " 10,000 %.",
            "percentunit")
        .now(Q.max("model", Metric.DRIFT_EVIDENCE), "")
        .steps("text", 1, "red")
        .size(4, 4);
  }

  private static Panel warning() {
    return Panel.stat(
            "Warning",
            "The same evidence over the limit of the budget of warnings: 100 % opens a ticket.",
            "percentunit")
        .now(Q.max("model", Metric.WARNING_EVIDENCE), "")
        .steps("text", 1, "orange")
        .size(4, 4);
  }

  private static Panel worstGroup() {
    return Panel.stat(
            "Worst group",
            "The group with the largest share of the evidence; chance while there is little"
                + " evidence.",
            "percentunit")
        .now(
            "topk(1, %s)"
                .formatted(Q.max("group", Metric.GROUP_EVIDENCE_SHARE, "group!=\"other\"")),
            "{{group}}")
        .option("textMode", "value_and_name")
        .decimals(0)
        .size(6, 4);
  }

  private static Panel parity() {
    return Panel.stat(
            "Parity",
            "How far the watched model's outputs are from those that were served for the same"
                + " inputs. Above 0.01 another model serves. Empty where the traffic carries no"
                + " answers.",
            "short")
        .now(Q.max("model", Metric.PARITY_ERROR), "")
        .steps("green", 0.01, "orange")
        .otherwise("no answers")
        .size(3, 4);
  }

  private static Panel age() {
    return Panel.stat("Age", "Time since the newest window was finished.", "s")
        .now(Q.windowAge(), "")
        .decimals(0)
        .size(3, 4);
  }

  private static Panel version() {
    return Panel.stat(
            "Version", "The version that is watched, and the beginning of its SHA-256.", "short")
        .now(Q.max("version", Metric.MODEL_INFO), "{{version}}")
        .option("textMode", "name")
        .size(5, 3);
  }

  private static Panel page() {
    return Panel.stat(
            "Live page",
            "The agent that watches the model: a click leads to its live page, with top samples and"
                + " units, or to the report for people who do not read metrics. The links are those"
                + " of an agent without TLS at the root of its address.",
            "short")
        .now(
            "topk(1, %s)".formatted(Q.max("instance", Metric.LAST_WINDOW_END_TIMESTAMP)),
            "{{instance}}")
        .option("textMode", "name")
        .link("Live page", "http://${__field.labels.instance}/")
        .link("Report", "http://${__field.labels.instance}/report?model=${model:percentencode}")
        .size(5, 3);
  }

  private static Panel statuses() {
    return Panel.states("Status over time", "Where the model stood after each window.", "short")
        .query(Q.status(Metric.DRIFT_STATUS), "status")
        .statuses()
        .size(14, 3);
  }

  private static Panel limits() {
    return Panel.lines(
            "Evidence against its limits",
            "The evidence over the limit of pages, and over that of warnings. At 100 % the one"
                + " pages, the other opens a ticket. The scale is logarithmic: evidence of a"
                + " lasting drift grows by a factor a window.",
            "percentunit")
        .query(Q.max("model", Metric.DRIFT_EVIDENCE) + " > 0", "of the limit of pages")
        .query(Q.max("model", Metric.WARNING_EVIDENCE) + " > 0", "of the limit of warnings")
        .logarithmic(0.001, 1.5)
        .limits(1, "red")
        .size(12, 9);
  }

  private static Panel evidenceByGroup() {
    return Panel.lines(
            "Share of the evidence",
            "How much of the model's evidence each group holds: all together 100 %. The ten groups"
                + " with the largest share in the time shown.",
            "percentunit")
        .query(
            Q.topInRange(
                10, Q.max("group", Metric.GROUP_EVIDENCE_SHARE), Metric.GROUP_EVIDENCE_SHARE),
            "{{group}}")
        .stacked()
        .axis(0, 1)
        .legendBeside()
        .size(12, 9);
  }

  private static Panel heatmap() {
    return Panel.heatmap(
            "Since when: evidence of each group",
            "A group's own evidence over the family-wise limit: at 100 % it is named as one that"
                + " moved. The 24 groups with the largest one in the time shown.",
            "percentunit",
            1)
        .query(
            Q.topInRange(24, Q.max("group", Metric.GROUP_EVIDENCE), Metric.GROUP_EVIDENCE),
            "{{group}}");
  }

  private static Panel effects() {
    return Panel.states(
            "How much: effect on each group",
            "Importance of a group over its median in the baseline, less 1: blue for less, orange"
                + " and red for more. The same groups.",
            "percentunit")
        .query(
            Q.topInRange(24, effect(Metric.GROUP_SCALE_EFFECT), Metric.GROUP_EVIDENCE), "{{group}}")
        .steps(
            "dark-blue",
            -0.5,
            "light-blue",
            -0.2,
            "transparent",
            0.2,
            "light-orange",
            0.5,
            "orange",
            1,
            "red")
        .option("showValue", "never")
        .decimals(0)
        .legendBelow()
        .size(12, 10);
  }

  private static Panel groups() {
    String rank = Q.max("group", Metric.GROUP_EVIDENCE);
    Panel table =
        Panel.table(
                "Groups",
                "The ten groups with the most evidence now. Evidence: over the family-wise limit,"
                    + " 100 % names the group. Share: of the model's evidence. Scale: how much its"
                    + " importance changed. Shape: 1 - cosine of its profile of units now and in"
                    + " the baseline. Min: the smallest change that raises evidence.")
            .size(16, 10);
    table.label("group", "Group").width(150);
    table.column("Evidence", "topk(10, %s)".formatted(rank), "percentunit").steps("text", 1, "red");
    table
        .column("Share", ranked(Q.max("group", Metric.GROUP_EVIDENCE_SHARE), rank), "percentunit")
        .decimals(0);
    table
        .column("Scale", ranked(effect(Metric.GROUP_SCALE_EFFECT), rank), "percentunit")
        .decimals(0);
    table
        .column(
            "Min scale",
            ranked(
                "(exp(%s) - 1)"
                    .formatted(Q.max("group", Metric.EFFECTIVE_MIN_EFFECT, "score=\"scale\"")),
                rank),
            "percentunit")
        .decimals(0);
    table
        .column("Shape", ranked(Q.max("group", Metric.GROUP_SHAPE_DISTANCE), rank), "short")
        .decimals(4);
    table
        .column(
            "Min shape",
            ranked(Q.max("group", Metric.EFFECTIVE_MIN_EFFECT, "score=\"shape\""), rank),
            "short")
        .decimals(4);
    return table.sortedBy("Evidence");
  }

  private static String ranked(String query, String rank) {
    return Queries.top(10, query, "group", rank);
  }

  private static Panel units() {
    Panel table =
        Panel.table(
                "Top units",
                "The units whose share of their group changed most in the newest window: at most"
                    + " five a group, of groups that moved, or that a warning casts suspicion on."
                    + " Empty while there is no suspicion. The live page also shows the samples"
                    + " that drive them.")
            .size(8, 10);
    table.label("group", "Group").width(110);
    table.label("unit", "Unit").width(55);
    table.column("Share", Q.max("group, unit", Metric.UNIT_SHARE), "percentunit").decimals(1);
    table
        .column("Baseline", Q.max("group, unit", Metric.UNIT_BASELINE_SHARE), "percentunit")
        .decimals(1);
    return table.sortedBy("Share").otherwise("No group is under suspicion");
  }

  private static Panel scale() {
    return Panel.lines(
            "Scale effect",
            "Importance of a group over its median in the baseline, less 1. The eight groups with"
                + " the most evidence in the time shown.",
            "percentunit")
        .query(
            Q.topInRange(8, effect(Metric.GROUP_SCALE_EFFECT), Metric.GROUP_EVIDENCE), "{{group}}")
        .size(12, 9);
  }

  private static Panel shape() {
    return Panel.lines(
            "Shape distance",
            "1 - cosine of a group's profile of units now and in the baseline: whether other units"
                + " matter, whatever their sum. The eight groups with the most evidence in the time"
                + " shown.",
            "short")
        .query(
            Q.topInRange(8, Q.max("group", Metric.GROUP_SHAPE_DISTANCE), Metric.GROUP_EVIDENCE),
            "{{group}}")
        .size(12, 9);
  }

  private static Panel shares() {
    return Panel.lines(
            "Share of the importance",
            "Share of each group in the model's importance, by the chosen method. The ten largest"
                + " groups in the time shown.",
            "percentunit")
        .query(
            Q.topInRange(
                10,
                Q.max("group", Metric.IMPORTANCE_SHARE, METHOD),
                Metric.IMPORTANCE_SHARE,
                METHOD),
            "{{group}}")
        .stacked()
        .axis(0, 1)
        .legendBeside()
        .size(10, 10);
  }

  private static Panel errors() {
    String relative =
        "%s / %s"
            .formatted(
                Q.of(Metric.IMPORTANCE_STANDARD_ERROR, METHOD),
                Q.of(Metric.IMPORTANCE_MEAN, METHOD));
    return Panel.lines(
            "Relative standard error",
            "Standard error of a group's importance over the importance itself: the noise of the"
                + " estimate. The six groups with the largest one in the time shown.",
            "percentunit")
        .query(
            Queries.top(
                6,
                "max by (group) (%s)".formatted(relative),
                "group",
                "max by (group) (max_over_time((%s)[$__range:$__interval] @ end()))"
                    .formatted(relative)),
            "{{group}}")
        .size(7, 10);
  }

  private static Panel attribution() {
    return Panel.bars(
            "Attribution",
            "Share of the input features in the attribution of the newest window for which it was"
                + " computed: the ten largest. Empty unless `periodic` has the method attribution;"
                + " the `series-limit` largest features have series of their own.",
            "percentunit")
        .now(
            "topk(10, %s)"
                .formatted(Q.max("feature", Metric.ATTRIBUTION_SHARE, "feature!=\"other\"")),
            "{{feature}}")
        .otherwise("not computed")
        .decimals(1)
        .size(7, 10);
  }

  /** What a log of a ratio is as a change: 0.1 for 10 % more. */
  static String effect(Metric log) {
    return "(exp(%s) - 1)".formatted(Q.max("group", log));
  }
}
