package io.gradwatch.grafana;

import static io.gradwatch.grafana.Queries.agent;

import io.gradwatch.metrics.Metric;

/** Does the agent keep up with the traffic? */
final class AgentDashboard {
  static final String UID = "gradwatch-agent";
  private static final Queries Q = Queries.ofModels();
  private static final String LAG =
      agent("kafka_consumer_fetch_manager_records_lag_max", "client_id!~\".*restore.*\"");

  private AgentDashboard() {}

  static Frame frame() {
    return new Frame(UID, "Agent", "Does the agent keep up with the traffic?")
        .several(
            "model",
            "Model",
            "label_values(gradwatch_samples_seen_total{%s}, model)".formatted(Queries.AGENT))
        .annotated(Q)
        .panels(pendingNow(), ageNow(), lagNow(), skippedNow(), dutyNow(), faults())
        .panels(agents(), models())
        .row("Traffic")
        .panels(samples(), refused(), lag(), watermark(), age(), labels())
        .row("Windows and device")
        .panels(windows(), skipped(), pending(), seconds(), duty(), memory())
        .row("Process")
        .panels(heap(), cpu(), threads(), streams(), trouble());
  }

  private static Panel pendingNow() {
    return Panel.stat(
            "Pending",
            "Closed windows that wait for the device or are on it, of all models. More than a few:"
                + " the device cannot keep up.",
            "short")
        .now("sum(%s)".formatted(Q.max("model", Metric.WINDOWS_PENDING)), "")
        .steps("green", 4, "orange", 20, "red")
        .size(4, 4);
  }

  private static Panel ageNow() {
    return Panel.stat(
            "Window age", "Time since the model that waits longest had a window finished.", "s")
        .now("max(%s)".formatted(Q.windowAge()), "")
        .decimals(0)
        .size(4, 4);
  }

  private static Panel lagNow() {
    return Panel.stat("Lag", "Records that the consumer farthest behind has yet to read.", "short")
        .now("max(%s)".formatted(LAG), "")
        .decimals(0)
        .size(4, 4);
  }

  private static Panel skippedNow() {
    return Panel.stat(
            "Skipped",
            "Share of the windows in the time shown that closed without importance.",
            "percentunit")
        .now(
            "sum(%1$s) / (sum(%1$s) + sum(%2$s)) or vector(0)"
                .formatted(
                    Q.increase("model", Metric.WINDOWS_SKIPPED),
                    Q.increase("model", Metric.WINDOWS_DONE)),
            "")
        .decimals(1)
        .steps("green", 0.05, "orange", 0.2, "red")
        .size(4, 4);
  }

  private static Panel dutyNow() {
    return Panel.stat(
            "Duty cycle",
            "Fraction of recent time in which Gradwatch kept the busiest device busy.",
            "percentunit")
        .now("max(%s)".formatted(agent(Metric.DEVICE_DUTY_CYCLE)), "")
        .decimals(0)
        .size(4, 4);
  }

  private static Panel faults() {
    return Panel.stat(
            "Faults",
            "Models whose newest file does not load, configurations that are refused, and devices"
                + " that hang, now.",
            "short")
        .now(
            """
            (sum(%s == bool 0) or vector(0))
              + (sum(%s == bool 0) or vector(0))
              + (sum(%s) or vector(0))"""
                .formatted(
                    Q.of(Metric.MODEL_LOAD_SUCCESSFUL),
                    agent(Metric.CONFIG_RELOAD_SUCCESSFUL),
                    agent(Metric.DEVICE_HUNG)),
            "")
        .steps("green", 1, "red")
        .option("colorMode", "background")
        .size(4, 4);
  }

  private static Panel agents() {
    Panel table =
        Panel.table(
                "Agents",
                "One line an agent; a click on it leads to its live page. Up: time since its"
                    + " start. Versions should be the same.")
            .size(10, 5);
    table.label("instance", "Agent").link("Live page of ${__value.raw}", "http://${__value.raw}/");
    table
        .column(
            "Up",
            "time() - max by (instance) (%s)".formatted(agent("process_start_time_seconds")),
            "s")
        .decimals(0)
        .width(90);
    table.label("version", "Version");
    table.labelsOf("max by (instance, version) (%s)".formatted(agent(Metric.BUILD_INFO)));
    return table;
  }

  private static Panel samples() {
    return Panel.lines(
            "Samples",
            "Records read and, of those, admitted: parsed and forwarded, because their priority was"
                + " low enough.",
            "cps")
        .query(Q.rate("model", Metric.SAMPLES_SEEN), "{{model}} seen")
        .query(Q.rate("model", Metric.SAMPLES_ADMITTED), "{{model}} admitted");
  }

  private static Panel refused() {
    return Panel.lines(
            "Refused and late",
            "Records that are no part of any sample, by reason, those in none of a model's segments,"
                + " and sampled rows that the model itself refused. Reasons that never occurred may have no line.",
            "cps")
        .query(Q.rate("model, reason", Metric.SAMPLES_REFUSED), "{{model}} {{reason}}")
        .query(
            Q.rate("model, reason", Metric.SAMPLES_OUTSIDE_SEGMENTS),
            "{{model}} segment {{reason}}")
        .query(Q.rate("model", Metric.SAMPLES_LATE), "{{model}} late")
        .query(Q.rate("model", Metric.ROWS_REFUSED), "{{model}} by the model")
        .countAxis();
  }

  private static Panel lag() {
    return Panel.lines(
            "Consumer lag",
            "The largest lag of any partition, by application, from the consumers' own metrics.",
            "short")
        .query("max by (application) (%s)".formatted(LAG), "{{application}}")
        .countAxis();
  }

  private static Panel labels() {
    return Panel.lines(
            "Labels",
            "Records read from labels topics, those that were refused, and sampled rows whose"
                + " labels came in time or did not. Empty without a labels topic.",
            "cps")
        .query(Q.rate("model", Metric.LABELS_SEEN), "{{model}} seen")
        .query(Q.rate("model", Metric.LABELS_REFUSED), "{{model}} refused")
        .query(Q.rate("model", Metric.LABELS_JOINED), "{{model}} joined")
        .query(
            Q.rate("model, reason", Metric.SAMPLES_UNLABELLED), "{{model}} unlabelled {{reason}}");
  }

  private static Panel watermark() {
    return Panel.lines(
            "Watermark behind the clock",
            "Wall clock less the event time before which no partition will give another record."
                + " Grows while a partition holds its window open, or while a history is replayed.",
            "s")
        .query(
            "time() - min by (model) (%s)".formatted(Q.of(Metric.WATERMARK_TIMESTAMP)),
            "{{model}}");
  }

  private static Panel age() {
    return Panel.lines(
            "Age of the newest window",
            "Wall clock less the end of the newest computed window in event time. A saw as high as"
                + " a window is normal.",
            "s")
        .query("time() - " + Q.max("model", Metric.LAST_WINDOW_END_TIMESTAMP), "{{model}}");
  }

  private static Panel windows() {
    return Panel.lines("Windows", "Windows computed an hour.", "short")
        .query(Q.rate("model", Metric.WINDOWS_DONE) + " * 3600", "{{model}}");
  }

  private static Panel skipped() {
    return Panel.lines(
            "Skipped windows",
            "Windows that closed without importance, an hour, by reason. Empty is good.",
            "short")
        .query(
            Q.rate("model, reason", Metric.WINDOWS_SKIPPED) + " * 3600 > 0", "{{model}} {{reason}}")
        .countAxis();
  }

  private static Panel pending() {
    return Panel.lines(
            "Windows pending",
            "Closed windows that wait for the device or are on it. A line that rises: the device"
                + " cannot keep up.",
            "short")
        .query(Q.max("model", Metric.WINDOWS_PENDING), "{{model}}")
        .countAxis();
  }

  private static Panel seconds() {
    return Panel.lines(
            "Seconds a window", "Device time a window: the median and the 95th percentile.", "s")
        .query(quantile(0.5), "{{model}} median")
        .query(quantile(0.95), "{{model}} 95 %")
        .connected();
  }

  private static String quantile(double quantile) {
    return "histogram_quantile(%s, sum by (model, le) (rate(%s[$__rate_interval])))"
        .formatted(quantile, Q.of(Metric.IMPORTANCE_COMPUTE.exportedName() + "_bucket"));
  }

  private static Panel duty() {
    return Panel.lines(
            "Duty cycle",
            "Fraction of time in which Gradwatch keeps each device busy. Above the configured one"
                + " while it catches up.",
            "percentunit")
        .query(byDevice(Metric.DEVICE_DUTY_CYCLE), "{{instance}} {{device}}")
        .axis(0, 1);
  }

  private static Panel memory() {
    return Panel.lines(
            "Device memory free",
            "Memory of each device that is free; of the container's quota where that is less."
                + " Below `memory-floor` windows are skipped.",
            "bytes")
        .query(byDevice(Metric.DEVICE_MEMORY_FREE), "{{instance}} {{device}}");
  }

  private static String byDevice(Metric metric) {
    return "max by (instance, device) (%s)".formatted(agent(metric));
  }

  private static Panel models() {
    Panel table =
        Panel.table(
                "Models",
                "Loaded: whether the newest file could be loaded. Left out: tensors whose gradients"
                    + " are wrong, and that are left out of everything. In other: groups without"
                    + " series of their own (`series-limit`). Halved: times that memory ran out and"
                    + " the micro-batch was halved, in the time shown.")
            .size(14, 5);
    table.label("model", "Model");
    table
        .column(
            "Loaded", "min by (model) (%s)".formatted(Q.of(Metric.MODEL_LOAD_SUCCESSFUL)), "short")
        .either("no", "red", "yes", "green");
    table
        .column(
            "Left out", Q.max("model", Metric.MODEL_TENSORS, "verdict=\"wrong-gradient\""), "short")
        .steps("text", 1, "orange");
    table
        .column("In other", Q.max("model", Metric.GROUPS_TRUNCATED), "short")
        .steps("text", 1, "orange");
    table
        .column("Halved", Q.increase("model", Metric.MICRO_BATCH_HALVED), "short")
        .decimals(0)
        .steps("text", 1, "orange");
    table.column("Span", Q.max("model", Metric.LAST_WINDOW_SPAN), "s").decimals(0);
    return table;
  }

  private static Panel trouble() {
    return Panel.lines(
            "Trouble",
            "Periodic methods that failed, micro-batches that were halved, baselines that could not"
                + " be read, rebalances that failed and stream threads that died: events an hour."
                + " What never occurred has no line, or one at 0.",
            "short")
        .query(Q.rate("model, method", Metric.PERIODIC_FAILED) + " * 3600", "{{model}} {{method}}")
        .query(Q.rate("model", Metric.MICRO_BATCH_HALVED) + " * 3600", "{{model}} halved")
        .query(hourly("sum", agent(Metric.BASELINE_RECORDS_IGNORED)), "baseline records ignored")
        .query(
            hourly("sum", agent("kafka_consumer_coordinator_failed_rebalance_total")),
            "failed rebalances")
        .query(
            hourly("sum", agent("kafka_stream_failed_stream_threads_total")),
            "failed stream threads")
        .size(24, 7)
        .countAxis();
  }

  private static String hourly(String operator, String counter) {
    return "%s(rate(%s[$__rate_interval])) * 3600".formatted(operator, counter);
  }

  private static Panel heap() {
    return Panel.lines(
            "Heap", "Heap of the JVM, and its limit. The model's own memory is not in it.", "bytes")
        .query(
            "sum by (instance) (%s)".formatted(agent("jvm_memory_used_bytes", "area=\"heap\"")),
            "{{instance}} used")
        .query(
            "sum by (instance) (%s > 0)".formatted(agent("jvm_memory_max_bytes", "area=\"heap\"")),
            "{{instance}} limit")
        .axisFromZero()
        .size(6, 8);
  }

  private static Panel cpu() {
    return Panel.lines(
            "CPU",
            "The process' share of all CPUs of the machine, and that of everybody.",
            "percentunit")
        .query("max by (instance) (%s)".formatted(agent("process_cpu_usage")), "{{instance}} agent")
        .query("max by (instance) (%s)".formatted(agent("system_cpu_usage")), "{{instance}} all")
        .axis(0, 1)
        .size(6, 8);
  }

  private static Panel threads() {
    return Panel.lines("Threads", "Live threads of the JVM.", "short")
        .query(
            "max by (instance) (%s)".formatted(agent("jvm_threads_live_threads")), "{{instance}}")
        .axisFromZero()
        .size(6, 8);
  }

  private static Panel streams() {
    return Panel.lines(
            "Stream threads",
            "Stream threads of Kafka Streams that are alive, by application. Fewer than yesterday:"
                + " one died, see the log.",
            "short")
        .query(
            "sum by (application) (%s)".formatted(agent("kafka_stream_alive_stream_threads")),
            "{{application}}")
        .axisFromZero()
        .size(6, 8);
  }
}
