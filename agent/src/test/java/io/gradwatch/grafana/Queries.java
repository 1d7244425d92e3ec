package io.gradwatch.grafana;

import io.gradwatch.metrics.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Parts of queries. Each selector keeps to the jobs, instances and models that the reader chose.
 */
final class Queries {
  static final String AGENT = "job=~\"$job\", instance=~\"$instance\"";

  /** {@code =~"$model"} where several can be chosen, else {@code ="$model"}. */
  private final String model;

  private Queries(String model) {
    this.model = model;
  }

  /** Of a dashboard on which several models can be chosen. */
  static Queries ofModels() {
    return new Queries("model=~\"$model\"");
  }

  /** Of a dashboard for one model. */
  static Queries ofOneModel() {
    return new Queries("model=\"$model\"");
  }

  /** The series of a metric of models, with more label matchers if wanted. */
  String of(Metric metric, String... matchers) {
    return of(metric.exportedName(), matchers);
  }

  /** The same by the exported name, for the parts of a histogram. */
  String of(String metric, String... matchers) {
    return agent(metric, String.join(", ", prepend(model, matchers)));
  }

  /** The series of a metric that has no model. */
  static String agent(String metric, String... matchers) {
    return "%s{%s}".formatted(metric, String.join(", ", prepend(AGENT, matchers)));
  }

  static String agent(Metric metric, String... matchers) {
    return agent(metric.exportedName(), matchers);
  }

  /** The largest by labels: what two agents say of one model, or one agent after a restart. */
  String max(String by, Metric metric, String... matchers) {
    return "max by (%s) (%s)".formatted(by, of(metric, matchers));
  }

  /** Events a second. */
  String rate(String by, Metric counter, String... matchers) {
    return "sum by (%s) (rate(%s[$__rate_interval]))".formatted(by, of(counter, matchers));
  }

  /** Events in the time shown: its mean rate, times its seconds. */
  String increase(String by, Metric counter) {
    return "sum by (%s) (avg_over_time(rate(%s[$__rate_interval])[$__range:$__rate_interval])) * $__range_s"
        .formatted(by, of(counter));
  }

  /** Where a model stands, as the number of {@link Status}. */
  String status(Metric metric) {
    List<String> parts = new ArrayList<>();
    for (Status status : Status.values()) {
      parts.add("%s * %d".formatted(of(metric, status(status.label())), parts.size()));
    }
    return "max by (model) (\n  %s\n)".formatted(String.join("\n  or ", parts));
  }

  static String status(String name) {
    return "status=\"%s\"".formatted(name);
  }

  /** Seconds since a model's newest window was finished, or ended, after a restart. */
  String windowAge() {
    return "time() - (\n  %s\n  or %s\n)"
        .formatted(
            max("model", Metric.LAST_WINDOW_FINISHED_TIMESTAMP),
            max("model", Metric.LAST_WINDOW_END_TIMESTAMP));
  }

  /** A query for the groups that have the largest {@code rank}. */
  static String top(int most, String query, String by, String rank) {
    return "%s\n  and on (%s)\ntopk(%d, %s)".formatted(query, by, most, rank);
  }

  /** The same, for those with the largest one in the time shown. */
  String topInRange(int most, String query, Metric rank, String... matchers) {
    String largest =
        "max by (group) (max_over_time(%s[$__range] @ end()))".formatted(of(rank, matchers));
    return top(most, query, "group", largest);
  }

  private static List<String> prepend(String first, String... others) {
    return Stream.concat(Stream.of(first), Stream.of(others)).toList();
  }
}
