package io.gradwatch.metrics;

import static io.gradwatch.metrics.Metric.Type.COUNTER;
import static io.gradwatch.metrics.Metric.Type.GAUGE;
import static io.gradwatch.metrics.Metric.Type.HISTOGRAM;
import static io.gradwatch.metrics.Metric.Type.INFO;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The catalogue: every metric of Gradwatch's own, once.
 *
 * <p>The README's table, the golden {@code /metrics} text, the dashboards' and the rules' tests all
 * come from here. Names, units and tags are public: renaming one is a change of the interface.
 */
public enum Metric {
  SAMPLES_SEEN(
      "gradwatch_samples_seen_total",
      COUNTER,
      "",
      "Records read from the model's inference topics.",
      "model"),
  SAMPLES_ADMITTED(
      "gradwatch_samples_admitted_total",
      COUNTER,
      "",
      "Records whose priority was low enough to be parsed and forwarded.",
      "model"),
  SAMPLES_REFUSED(
      "gradwatch_samples_refused_total",
      COUNTER,
      "",
      "Records that are no part of any sample, by reason.",
      "model",
      "reason"),
  SAMPLES_LATE(
      "gradwatch_samples_late_total",
      COUNTER,
      "",
      "Records whose window had closed when they came.",
      "model"),
  SAMPLES_OUTSIDE_SEGMENTS(
      "gradwatch_samples_outside_segments_total",
      COUNTER,
      "",
      "Records of a model that are in none of its segments: they lack the field (absent), or have a"
          + " value that the configuration does not list (unlisted).",
      "model",
      "reason"),
  WATERMARK_TIMESTAMP(
      "gradwatch_watermark_timestamp_seconds",
      GAUGE,
      "seconds",
      "Event time before which no partition will give another record, since 1970-01-01 UTC.",
      "model"),

  RESPONSES_SEEN(
      "gradwatch_responses_seen_total",
      COUNTER,
      "",
      "Records that were read and known to be responses, where requests are joined with them.",
      "model"),
  RESPONSES_JOINED(
      "gradwatch_responses_joined_total",
      COUNTER,
      "",
      "Sampled requests that were joined with their response.",
      "model"),
  REQUESTS_UNJOINED(
      "gradwatch_requests_unjoined_total",
      COUNTER,
      "",
      "Sampled requests without a response: none came before the window closed (expired), it did not"
          + " fit into `sample-bytes` (over-bytes), the request has no id (no-id), or another one has"
          + " the same (ambiguous).",
      "model",
      "reason"),
  RESPONSES_UNJOINED(
      "gradwatch_responses_unjoined_total",
      COUNTER,
      "",
      "Responses whose request would have been sampled, but never came (expired); that did not fit"
          + " into `sample-bytes` (over-bytes); or that have no id (no-id).",
      "model",
      "reason"),

  LABELS_SEEN(
      "gradwatch_labels_seen_total",
      COUNTER,
      "",
      "Records read from the model's labels topic.",
      "model"),
  LABELS_REFUSED(
      "gradwatch_labels_refused_total",
      COUNTER,
      "",
      "Records of the labels topic without an id or a label that could be read.",
      "model"),
  LABELS_JOINED(
      "gradwatch_labels_joined_total",
      COUNTER,
      "",
      "Sampled rows whose labels came within `label-wait`, up to `label-samples` a window.",
      "model"),
  LABELS_UNJOINED(
      "gradwatch_labels_unjoined_total",
      COUNTER,
      "",
      "Labels that no sampled row was joined with: their time was over (expired), as that of most is"
          + " where few rows are sampled, or they did not fit into `label-bytes` (over-bytes).",
      "model",
      "reason"),
  SAMPLES_UNLABELLED(
      "gradwatch_samples_unlabelled_total",
      COUNTER,
      "",
      "Sampled rows that no label was found for: none came within `label-wait` (expired), it could"
          + " not have been kept (over-bytes), or the row has no id (no-id).",
      "model",
      "reason"),
  WINDOWS_DONE(
      "gradwatch_windows_done_total",
      COUNTER,
      "",
      "Windows whose importance was computed.",
      "model"),
  WINDOWS_SKIPPED(
      "gradwatch_windows_skipped_total",
      COUNTER,
      "",
      "Windows that closed without importance, by reason.",
      "model",
      "reason"),
  WINDOWS_PENDING(
      "gradwatch_windows_pending",
      GAUGE,
      "",
      "Closed windows that wait for the device or are on it.",
      "model"),
  WATCH_STARTED_TIMESTAMP(
      "gradwatch_watch_started_timestamp_seconds",
      GAUGE,
      "seconds",
      "Wall-clock time since when the importance role of this agent has been watching the model,"
          + " since 1970-01-01 UTC; there before its first window.",
      "model"),
  WINDOW_CLOSE(
      "gradwatch_window_close_seconds",
      GAUGE,
      "seconds",
      "Time from the start of a window to its close: `window` and `grace` as they are configured.",
      "model"),
  LAST_WINDOW_END_TIMESTAMP(
      "gradwatch_last_window_end_timestamp_seconds",
      GAUGE,
      "seconds",
      "End of the newest computed window in event time, since 1970-01-01 UTC.",
      "model"),
  LAST_WINDOW_SPAN(
      "gradwatch_last_window_span_seconds",
      GAUGE,
      "seconds",
      "Event time that the newest window spans; more than the configured one where short windows"
          + " were joined.",
      "model"),
  LAST_WINDOW_FINISHED_TIMESTAMP(
      "gradwatch_last_window_finished_timestamp_seconds",
      GAUGE,
      "seconds",
      "Wall-clock time at which the newest window was finished, since 1970-01-01 UTC.",
      "model"),
  IMPORTANCE_COMPUTE(
      "gradwatch_importance_compute_seconds",
      HISTOGRAM,
      "seconds",
      "Device time a window.",
      "model"),
  DEVICE_DUTY_CYCLE(
      "gradwatch_device_duty_cycle_ratio",
      GAUGE,
      "ratio",
      "Fraction of recent time in which Gradwatch kept the device busy.",
      "device"),
  DEVICE_MEMORY_FREE(
      "gradwatch_device_memory_free_bytes",
      GAUGE,
      "bytes",
      "Memory of the device that is free; of the container's quota where that is less.",
      "device"),
  DEVICE_ARRAYS(
      "gradwatch_device_arrays",
      GAUGE,
      "",
      "Arrays of the models on the device between two windows; constant, or memory leaks.",
      "device"),
  DEVICE_HUNG(
      "gradwatch_device_hung",
      GAUGE,
      "",
      "1 when a pass did not come back within `device-timeout`; the process then ends.",
      "device"),
  ROWS_REFUSED(
      "gradwatch_rows_refused_total",
      COUNTER,
      "",
      "Sampled rows that the model refused, of another shape or with outputs that are no numbers; their window was computed without them.",
      "model"),
  MICRO_BATCH_HALVED(
      "gradwatch_micro_batch_halved_total",
      COUNTER,
      "",
      "Times that the device's memory was not enough and the micro-batch was halved.",
      "model"),
  PERIODIC_FAILED(
      "gradwatch_periodic_failed_total",
      COUNTER,
      "",
      "Periodic methods that failed on a window that was due, and were left out.",
      "model",
      "method"),

  MODEL_LOAD_SUCCESSFUL(
      "gradwatch_model_last_load_successful",
      GAUGE,
      "",
      "Whether the model's newest file could be loaded; where not, the one before goes on, or windows"
          + " are skipped.",
      "model"),
  CONFIG_RELOAD_SUCCESSFUL(
      "gradwatch_config_last_reload_successful",
      GAUGE,
      "",
      "Whether the newest text of the configuration file was taken over; where not, the one before"
          + " goes on."),
  MODEL_INFO(
      "gradwatch_model_info",
      INFO,
      "",
      "Always 1; the label says which version of the model is watched.",
      "model",
      "version"),
  MODEL_TENSORS(
      "gradwatch_model_tensors",
      GAUGE,
      "",
      "Parameter tensors of the model by what the self-check found of their gradients;"
          + " wrong-gradient ones are left out of everything.",
      "model",
      "verdict"),
  IMPORTANCE_MEAN(
      "gradwatch_importance_mean",
      GAUGE,
      "",
      "Importance of a group of parameters in the newest window.",
      "model",
      "group",
      "method"),
  IMPORTANCE_STANDARD_ERROR(
      "gradwatch_importance_standard_error",
      GAUGE,
      "",
      "Standard error of the mean importance.",
      "model",
      "group",
      "method"),
  IMPORTANCE_SHARE(
      "gradwatch_importance_share_ratio",
      GAUGE,
      "ratio",
      "Share of a group in the model's importance; the group 'other' is the sum of the rest.",
      "model",
      "group",
      "method"),
  ATTRIBUTION_SHARE(
      "gradwatch_attribution_share_ratio",
      GAUGE,
      "ratio",
      "Share of an input feature, or of neighbouring ones, in the attribution of the newest window"
          + " for which it was computed; the feature 'other' is the sum of the rest.",
      "model",
      "feature"),
  GROUPS_TRUNCATED(
      "gradwatch_groups_truncated",
      GAUGE,
      "",
      "Groups that have no series of their own and count in 'other' only.",
      "model"),

  PARITY_ERROR(
      "gradwatch_parity_error_ratio",
      GAUGE,
      "ratio",
      "Relative root mean square difference of the model's outputs and the served ones in the newest"
          + " window, 0 to 2.",
      "model"),
  PARITY_SAMPLES(
      "gradwatch_parity_samples",
      GAUGE,
      "",
      "Rows of the newest window whose served outputs were compared with the model's.",
      "model"),
  PARITY_UNLIKE(
      "gradwatch_parity_unlike_samples",
      GAUGE,
      "",
      "Rows of the newest window whose served outputs do not fit the model's, and are not compared.",
      "model"),

  DRIFT_STATUS(
      "gradwatch_drift_status",
      GAUGE,
      "",
      "1 for the status where the model stands, 0 for the others.",
      "model",
      "status"),
  DRIFT_EVIDENCE(
      "gradwatch_drift_evidence_ratio",
      GAUGE,
      "ratio",
      "Evidence of drift over the limit of the false-alarm budget; 1 pages, shown up to 100.",
      "model"),
  WARNING_EVIDENCE(
      "gradwatch_warning_evidence_ratio",
      GAUGE,
      "ratio",
      "The same evidence over the limit of the budget of warnings; 1 warns, shown up to 100.",
      "model"),
  DRIFT_LIMIT(
      "gradwatch_drift_limit_windows",
      GAUGE,
      "windows",
      "Average run length to a false alarm that the budget stands for.",
      "model"),
  GROUP_EVIDENCE(
      "gradwatch_group_evidence_ratio",
      GAUGE,
      "ratio",
      "A group's own evidence over the family-wise limit; 1 names the group, shown up to 100;"
          + " 'other' is the largest of the rest.",
      "model",
      "group"),
  GROUP_EVIDENCE_SHARE(
      "gradwatch_group_evidence_share_ratio",
      GAUGE,
      "ratio",
      "Share of a group in the model's evidence; 'other' is the sum of the rest.",
      "model",
      "group"),
  GROUP_SCALE_EFFECT(
      "gradwatch_group_scale_effect",
      GAUGE,
      "",
      "Log of a group's importance over the baseline's median; 0.1 is about 10 % more.",
      "model",
      "group"),
  GROUP_SHAPE_DISTANCE(
      "gradwatch_group_shape_distance",
      GAUGE,
      "",
      "1 - cosine of a group's profile of units now and in the baseline.",
      "model",
      "group"),
  UNIT_SHARE(
      "gradwatch_unit_share_ratio",
      GAUGE,
      "ratio",
      "Share of a unit, or of neighbouring ones, in its group's importance: the five whose share"
          + " changed most, of at most 16 groups, and only while these are under suspicion.",
      "model",
      "group",
      "unit"),
  UNIT_BASELINE_SHARE(
      "gradwatch_unit_baseline_share_ratio",
      GAUGE,
      "ratio",
      "Share of the same units in the baseline.",
      "model",
      "group",
      "unit"),
  EFFECTIVE_MIN_EFFECT(
      "gradwatch_effective_min_effect",
      GAUGE,
      "",
      "Deadband of a score: the change below which it raises no evidence.",
      "model",
      "group",
      "score"),

  SKEW_GROUPS(
      "gradwatch_skew_groups",
      GAUGE,
      "",
      "Groups whose importance differs from the reference's by more than `min-effect`.",
      "model"),
  SKEW_WINDOWS(
      "gradwatch_skew_windows",
      GAUGE,
      "",
      "Live windows that the reference is compared with.",
      "model"),
  GROUP_SKEW_EFFECT(
      "gradwatch_group_skew_effect",
      GAUGE,
      "",
      "Log of a group's importance in live traffic over that in the reference; 0.1 is about 10 % more.",
      "model",
      "group"),
  CONCEPT_STATUS(
      "gradwatch_concept_status",
      GAUGE,
      "",
      "The same for the concept: whether the model's answers are as true as in the baseline.",
      "model",
      "status"),
  CONCEPT_EVIDENCE(
      "gradwatch_concept_evidence_ratio",
      GAUGE,
      "",
      "Evidence of concept drift over the limit of the false-alarm budget; 1 pages, shown up to 100.",
      "model"),
  CONCEPT_SAMPLES(
      "gradwatch_concept_samples",
      GAUGE,
      "",
      "Labelled rows of the newest window, up to `label-samples`.",
      "model"),
  GROUP_CONCEPT_EFFECT(
      "gradwatch_group_concept_effect",
      GAUGE,
      "",
      "Log of a group's labelled importance over its label-free one, less the baseline's median; above"
          + " 0 the model is surer than it is right.",
      "model",
      "group"),
  BASELINE_WINDOWS(
      "gradwatch_baseline_windows", GAUGE, "", "Windows in the baseline so far.", "model"),
  BASELINE_RECORDS_IGNORED(
      "gradwatch_baseline_records_ignored_total",
      COUNTER,
      "",
      "Records of the baselines topic that could not be read and change nothing."),
  SOONEST_PAGE(
      "gradwatch_soonest_page_windows",
      GAUGE,
      "windows",
      "Windows that a severe drift takes to page.",
      "model"),

  INPUT_DRIFT_FEATURES(
      "gradwatch_input_drift_features",
      GAUGE,
      "",
      "Input features that are distributed otherwise than in the baseline, by Kolmogorov-Smirnov"
          + " tests at 1 % a window together; shown, never paged on.",
      "model"),
  INPUT_DRIFT_COMPARED(
      "gradwatch_input_drift_compared_features",
      GAUGE,
      "",
      "Input features that are compared with the baseline's, at most 256.",
      "model"),
  INPUT_DRIFT_DISTANCE(
      "gradwatch_input_drift_distance",
      GAUGE,
      "",
      "Largest Kolmogorov-Smirnov distance of an input feature from the baseline, 0 to 1.",
      "model"),
  OUTPUT_DRIFT_FEATURES(
      "gradwatch_output_drift_features",
      GAUGE,
      "",
      "Outputs (the probability of a class, or a value) that are distributed otherwise than in the"
          + " baseline, by the same tests; shown, never paged on.",
      "model"),
  OUTPUT_DRIFT_COMPARED(
      "gradwatch_output_drift_compared_features",
      GAUGE,
      "",
      "Outputs that are compared with the baseline's, at most 64.",
      "model"),
  OUTPUT_DRIFT_DISTANCE(
      "gradwatch_output_drift_distance",
      GAUGE,
      "",
      "Largest Kolmogorov-Smirnov distance of an output from the baseline, 0 to 1.",
      "model"),
  IMPORTANCE_SIMILARITY(
      "gradwatch_importance_similarity",
      GAUGE,
      "",
      "Likeness of the groups' shares of the importance and the baseline's, 1 for the same, by"
          + " measure (ndcg, spearman, jaccard, cosine); shown, never paged on.",
      "model",
      "measure"),
  IMPORTANCE_DISTANCE(
      "gradwatch_importance_distance",
      GAUGE,
      "",
      "Distance of the groups' importance from the baseline's, 0 for none, by measure"
          + " (jensen-shannon, psi, log-total); shown, never paged on.",
      "model",
      "measure"),

  BUILD_INFO(
      "gradwatch_build_info",
      INFO,
      "",
      "Always 1; the label says which version of Gradwatch runs.",
      "version");

  /** What can be done with a metric, see {@link Metrics}. */
  public enum Type {
    /** Only grows, while the process lives. */
    COUNTER,
    /** Is what it was last set to. */
    GAUGE,
    /** Histogram of durations in seconds. */
    HISTOGRAM,
    /** Always 1: what it says stands in its tags. */
    INFO
  }

  private final String exportedName;
  private final Type type;
  private final String unit;
  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> tags;

  Metric(String exportedName, Type type, String unit, String help, String... tags) {
    this.exportedName = exportedName;
    this.type = type;
    this.unit = unit;
    this.help = help;
    this.tags = List.of(tags);
  }

  /** The name in Prometheus, to be found by searching for it. */
  public String exportedName() {
    return exportedName;
  }

  public Type type() {
    return type;
  }

  /** Base unit, or empty for plain numbers. */
  public String unit() {
    return unit;
  }

  /** One sentence. */
  public String help() {
    return help;
  }

  /** Names of the tags, in the order in which {@link Metrics} takes their values. */
  public List<String> tags() {
    return tags;
  }

  /** The catalogue as a Markdown table, one line a metric. */
  public static String markdown() {
    String head = "| metric | type | labels | meaning |\n|---|---|---|---|\n";
    return Arrays.stream(values()).map(Metric::row).collect(Collectors.joining("\n", head, "\n"));
  }

  private String row() {
    String labels = tags.stream().map(tag -> "`" + tag + "`").collect(Collectors.joining(", "));
    return "| `%s` | %s | %s | %s |"
        .formatted(exportedName, type.name().toLowerCase(Locale.ROOT), labels, help);
  }
}
