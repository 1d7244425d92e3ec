package io.gradwatch.hour;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradwatch.demo.Monitoring;
import io.gradwatch.grafana.Dashboards;
import io.gradwatch.grafana.Dashboards.PanelQueries;
import io.gradwatch.hour.Hour.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.hipparchus.stat.descriptive.DescriptiveStatistics;

/** What Prometheus saw of the hour. */
final class Seen {
  private static final int STEP = 2;

  /** Enough to see whether there is anything. */
  private static final int COARSE = 15;

  private static final int POINTS = 5_000;
  private static final double MIB = 1 << 20;

  /** Several points in a row: a restart that lasts no longer than this is none. */
  private static final int GAP = 3;

  private final Monitoring monitoring;
  private final Outcome outcome;

  Seen(Monitoring monitoring, Outcome outcome) {
    this.monitoring = monitoring;
    this.outcome = outcome;
  }

  /** Hands out title and head, and the rows of each table. */
  void tables(BiConsumer<String[], List<String>> table) throws IOException, InterruptedException {
    table.accept(
        new String[] {"Alerts as Prometheus saw them", "alert | state | from | to | seconds"},
        alerts());
    table.accept(
        new String[] {"Lag, seconds of event time", "model | median | 95 % | most"},
        statistics("model:gradwatch_last_window_lag_seconds:min", "model"));
    table.accept(
        new String[] {"Windows that wait", "model | median | 95 % | most"},
        statistics("max by (model) (gradwatch_windows_pending)", "model"));
    table.accept(
        new String[] {"Duty cycle of the device", "instance | median | 95 % | most"},
        statistics("gradwatch_device_duty_cycle_ratio", "instance"));
    table.accept(
        new String[] {"Seconds of the device a window", "model | median | 95 % | most"},
        statistics(
            "sum by (model) (rate(gradwatch_importance_compute_seconds_sum[30s]))"
                + " / sum by (model) (rate(gradwatch_importance_compute_seconds_count[30s]))",
            "model"));
    table.accept(
        new String[] {"Lag of the consumers, records", "application | median | 95 % | most"},
        statistics(
            "max by (application) (kafka_consumer_fetch_manager_records_lag_max{client_id!~\".*restore.*\"})",
            "application"));
    table.accept(
        new String[] {"Threads", "instance | median | 95 % | most"},
        statistics("jvm_threads_live_threads", "instance"));
    table.accept(
        new String[] {"Open files", "instance | median | 95 % | most"},
        statistics("process_files_open_files", "instance"));
    table.accept(new String[] {"Gaps in series", "series | of | from | seconds"}, gaps());
    table.accept(new String[] {"Panels without data", "model | panel"}, emptyPanels());
  }

  /** The least of the Java heap that was used in each half minute of a life, MiB. */
  Map<Instant, Double> heapFloor(Lives.Life life) throws IOException, InterruptedException {
    NavigableMap<Instant, Double> floor = new TreeMap<>();
    String query = "sum by (instance) (jvm_memory_used_bytes{area=\"heap\"})";
    JsonNode all = series(query, life.from().plus(Duration.ofMinutes(1)), life.to());
    List<String> instances = monitoring.agents().stream().map("127.0.0.1:%d"::formatted).toList();
    for (JsonNode each : all) {
      if (each.at("/metric/instance").asText().equals(instances.get(life.agent()))) {
        for (JsonNode point : each.path("values")) {
          Instant bin = Instant.ofEpochSecond(point.get(0).asLong() / 30 * 30);
          floor.merge(bin, point.get(1).asDouble() / MIB, Math::min);
        }
      }
    }
    return floor;
  }

  private JsonNode series(String query, Instant from, Instant to)
      throws IOException, InterruptedException {
    if (!to.isAfter(from)) {
      return monitoring.series(query, from, from, STEP);
    }
    long seconds = Duration.between(from, to).toSeconds();
    return monitoring.series(query, from, to, (int) Math.max(STEP, seconds / POINTS));
  }

  private List<String> alerts() throws IOException, InterruptedException {
    List<String> rows = new ArrayList<>();
    for (JsonNode each : series("ALERTS", outcome.from().minusSeconds(120), Instant.now())) {
      JsonNode points = each.path("values");
      rows.add(
          HourRecord.row(
              "%s %s %s"
                  .formatted(
                      each.at("/metric/alertname").asText(),
                      each.at("/metric/model").asText(),
                      each.at("/metric/reason").asText()),
              each.at("/metric/alertstate").asText(),
              HourRecord.time(at(points.get(0))),
              HourRecord.time(at(points.get(points.size() - 1))),
              points.size() * STEP));
    }
    return rows.stream().sorted().toList();
  }

  private List<String> statistics(String query, String label)
      throws IOException, InterruptedException {
    List<String> rows = new ArrayList<>();
    for (JsonNode each : series(query, outcome.from(), outcome.to())) {
      DescriptiveStatistics values = new DescriptiveStatistics();
      each.path("values")
          .forEach(
              point -> {
                double value = point.get(1).asDouble();
                if (Double.isFinite(value)) {
                  values.addValue(value);
                }
              });
      rows.add(
          HourRecord.row(
              each.at("/metric/" + label).asText(),
              "%.3g".formatted(values.getPercentile(50)),
              "%.3g".formatted(values.getPercentile(95)),
              "%.3g".formatted(values.getMax())));
    }
    return rows.stream().sorted().toList();
  }

  private List<String> gaps() throws IOException, InterruptedException {
    List<String> rows = new ArrayList<>();
    rows.addAll(gaps("up == 1", "instance"));
    rows.addAll(gaps("max by (model) (gradwatch_drift_evidence_ratio)", "model"));
    rows.addAll(gaps("max by (model) (gradwatch_samples_seen_total)", "model"));
    rows.addAll(gaps("model:gradwatch_last_window_age_seconds:min", "model"));
    return rows;
  }

  private List<String> gaps(String query, String label) throws IOException, InterruptedException {
    List<String> rows = new ArrayList<>();
    for (JsonNode each : series(query, outcome.from(), outcome.to())) {
      Instant before = outcome.from();
      List<Instant> times = new ArrayList<>();
      each.path("values").forEach(point -> times.add(at(point)));
      times.add(outcome.to());
      for (Instant time : times) {
        long seconds = Duration.between(before, time).toSeconds();
        if (seconds > GAP * STEP) {
          rows.add(
              HourRecord.row(
                  query, each.at("/metric/" + label).asText(), HourRecord.time(before), seconds));
        }
        before = time;
      }
    }
    return rows;
  }

  private List<String> emptyPanels() throws IOException, InterruptedException {
    List<String> rows = new ArrayList<>();
    for (String model : HourTraffic.STREAMS) {
      for (PanelQueries panel : Dashboards.queries(Map.of("model", model, "method", "taylor"))) {
        int found = 0;
        for (String query : panel.queries()) {
          found += monitoring.series(query, outcome.from(), outcome.to(), COARSE).size();
        }
        if (found == 0) {
          rows.add(HourRecord.row(model, panel.title()));
        }
      }
    }
    return rows;
  }

  private static Instant at(JsonNode point) {
    return Instant.ofEpochSecond(point.get(0).asLong());
  }
}
