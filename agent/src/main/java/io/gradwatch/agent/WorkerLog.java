package io.gradwatch.agent;

import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.SelfCheckReport;
import io.gradwatch.importance.SelfCheckReport.Verdict;
import io.gradwatch.importance.WorkerEvents;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Logs and counts what workers do beyond their outcomes. Thread-safe. */
final class WorkerLog implements WorkerEvents {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerLog.class);

  private final Metrics metrics;

  WorkerLog(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void modelLoaded(String model, ModelVersion version) {
    metrics.set(Metric.MODEL_LOAD_SUCCESSFUL, 1, model);
    LOG.info("model {} is loaded: {}", model, version);
  }

  @Override
  public void modelFailed(String model, String message, @Nullable ModelVersion goesOn) {
    metrics.set(Metric.MODEL_LOAD_SUCCESSFUL, 0, model);
    LOG.error(
        "model {} is not loaded, {}, until its file or its settings change: {}",
        model,
        goesOn == null ? "and its windows are skipped" : goesOn + " goes on",
        message);
  }

  @Override
  public void selfChecked(String model, SelfCheckReport report) {
    for (Verdict verdict : Verdict.values()) {
      metrics.set(Metric.MODEL_TENSORS, report.count(verdict), model, verdict.label());
    }
    Level level = report.untrusted().isEmpty() ? Level.INFO : Level.WARN;
    LOG.atLevel(level)
        .log("model {}, self-check of {}: {}", model, report.version(), report.text());
  }

  @Override
  public void microBatchHalved(String model, int samples) {
    metrics.add(Metric.MICRO_BATCH_HALVED, 1, model);
    LOG.warn(
        "model {}: the device's memory is not enough; {} samples a pass from now on",
        model,
        samples);
  }

  @Override
  public void rowsRefused(String model, int rows, String why) {
    metrics.add(Metric.ROWS_REFUSED, rows, model);
    LOG.warn("model {}: {} rows are left out of a window, the first: {}", model, rows, why);
  }

  @Override
  public void periodicFailed(String model, ImportanceMethod method, String message) {
    metrics.add(Metric.PERIODIC_FAILED, 1, model, method.label());
    LOG.warn("model {}: {} is left out of a window: {}", model, method.label(), message);
  }

  @Override
  public void contributorsFailed(String model, String message) {
    LOG.warn("model {}: the top samples are left out of a window: {}", model, message);
  }
}
