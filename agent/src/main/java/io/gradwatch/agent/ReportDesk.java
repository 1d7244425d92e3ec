package io.gradwatch.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.http.PageData;
import io.gradwatch.report.document.Observations;
import io.gradwatch.report.document.Page;
import io.gradwatch.report.document.Report;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the reports of the page when somebody asks for one, from what the topics hold: one at a
 * time, on one daemon thread, since it waits for the broker. Values of samples are never in them.
 * Thread-safe.
 */
final class ReportDesk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReportDesk.class);

  /** Windows that a report looks back on: all of them are in memory at once. */
  private static final int WINDOWS = 2_000;

  private final Supplier<GradwatchConfig> config;
  private final ExecutorService thread = Daemon.named("gradwatch-reports");
  private final OnDemand<ModelSettings, PageData.Report> written = new OnDemand<>(thread);

  ReportDesk(Supplier<GradwatchConfig> config) {
    this.config = config;
  }

  /**
   * What there is of a model's report; begins to write it if it is not there, or old, and no other
   * one is being written. Never waits.
   *
   * @param reading the last one
   */
  PageData.Report look(ModelSettings model, DriftReading reading) {
    long end = reading.end();
    return written.look(model, end, () -> write(model, end), PageData.Report.PENDING);
  }

  private PageData.Report write(ModelSettings model, long end) {
    long from = Math.max(0, end - WINDOWS * model.window().size().toMillis());
    try {
      Observations seen =
          ModelObservations.read(config.get(), model, Instant.ofEpochMilli(from), null);
      Report report = Report.of(seen, Version.current(), null, null, sample -> null);
      return new PageData.Report(Page.of(report).html().getBytes(UTF_8), null);
    } catch (StartException e) {
      return new PageData.Report(null, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.warn("the report of model '{}' cannot be written", model.name(), e);
      return new PageData.Report(null, "the log of the agent says why");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
