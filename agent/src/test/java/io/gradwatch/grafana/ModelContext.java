package io.gradwatch.grafana;

import static io.gradwatch.grafana.ModelDashboard.Q;
import static io.gradwatch.grafana.ModelDashboard.effect;

import io.gradwatch.metrics.Metric;

/** The panels of a model's dashboard that show what does not alarm on the traffic's importance. */
final class ModelContext {
  private ModelContext() {}

  static Panel[] otherMonitors() {
    return new Panel[] {features(), distances(), parityOverTime(), likeness(), distance()};
  }

  static Panel[] labelsAndReference() {
    return new Panel[] {conceptEvidence(), conceptEffect(), skew()};
  }

  private static Panel features() {
    return Panel.lines(
            "Features that moved",
            "Input features, and outputs, that are distributed otherwise than in the baseline:"
                + " Kolmogorov-Smirnov tests at 1 % a window for all features together. Inputs here"
                + " and no evidence above: the traffic moved in what the model ignores. Empty where"
                + " the baseline has no counts.",
            "percentunit")
        .query(moved(Metric.INPUT_DRIFT_FEATURES, Metric.INPUT_DRIFT_COMPARED), "inputs")
        .query(moved(Metric.OUTPUT_DRIFT_FEATURES, Metric.OUTPUT_DRIFT_COMPARED), "outputs")
        .axis(0, 1);
  }

  private static String moved(Metric moved, Metric compared) {
    return "%s / %s".formatted(Q.max("model", moved), Q.max("model", compared));
  }

  private static Panel distances() {
    return Panel.lines(
            "Farthest feature",
            "Largest Kolmogorov-Smirnov distance of any input feature, or output, from the baseline."
                + " Every difference is significant with enough samples; below 0.1 it is small.",
            "short")
        .query(Q.max("model", Metric.INPUT_DRIFT_DISTANCE), "inputs")
        .query(Q.max("model", Metric.OUTPUT_DRIFT_DISTANCE), "outputs")
        .axis(0, 1);
  }

  private static Panel parityOverTime() {
    return Panel.lines(
            "Parity",
            "How far the watched model's outputs are from those that were served for the same"
                + " inputs: relative root mean square. Above 0.01 it opens a ticket. The scale is"
                + " logarithmic and 0 is drawn as 1e-8. Empty where the traffic carries no answers.",
            "short")
        .query("clamp_min(%s, 1e-8)".formatted(Q.max("model", Metric.PARITY_ERROR)), "error")
        .logarithmic(1e-8, 0.1)
        .limits(0.01, "orange");
  }

  private static Panel likeness() {
    return Panel.lines(
            "Likeness of the importance",
            "How like the groups' shares of the importance are to the baseline's, 1 for the same:"
                + " NDCG and Jaccard of the largest groups, Spearman and cosine of all. None of them"
                + " knows how much it varies by itself.",
            "short")
        .query(Q.max("measure", Metric.IMPORTANCE_SIMILARITY), "{{measure}}")
        .size(12, 8);
  }

  private static Panel distance() {
    return Panel.lines(
            "Distance of the importance",
            "How far the groups' shares of the importance are from the baseline's, 0 for the same:"
                + " Jensen-Shannon distance and PSI; and the log of the total over the baseline's,"
                + " 0.1 for 10 % more.",
            "short")
        .query(Q.max("measure", Metric.IMPORTANCE_DISTANCE), "{{measure}}")
        .size(12, 8);
  }

  private static Panel conceptEvidence() {
    return Panel.lines(
            "Evidence of concept drift",
            "Evidence that the model's answers are no longer as true as in the baseline, over the"
                + " limit of the budget. 100 % pages. Empty without labels.",
            "percentunit")
        .query(Q.max("model", Metric.CONCEPT_EVIDENCE) + " > 0", "of the limit of pages")
        .logarithmic(0.001, 1.5)
        .limits(1, "red");
  }

  private static Panel conceptEffect() {
    return Panel.lines(
            "Concept effect",
            "Labelled over label-free importance, against the baseline. Above 0 the model is surer"
                + " than it is right. The eight groups with the largest effect in the time shown."
                + " Empty without labels.",
            "percentunit")
        .query(byEffect(Metric.GROUP_CONCEPT_EFFECT), "{{group}}");
  }

  private static Panel skew() {
    return Panel.lines(
            "Difference from the reference",
            "Importance in live traffic over that in the reference, for instance the training data."
                + " The eight groups with the largest difference in the time shown. Shown, never"
                + " paged on. Empty without `reference`.",
            "percentunit")
        .query(byEffect(Metric.GROUP_SKEW_EFFECT), "{{group}}");
  }

  private static String byEffect(Metric effect) {
    return Queries.top(
        8,
        effect(effect),
        "group",
        "max by (group) (max_over_time(abs(%s)[$__range:$__interval] @ end()))"
            .formatted(Q.of(effect)));
  }
}
