package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.importance.ImportanceWorker;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.ModelSource;
import io.gradwatch.importance.SelfCheckReport;
import io.gradwatch.importance.SelfCheckReport.Verdict;
import io.gradwatch.importance.WorkerClock;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the configured models onto the device. */
public final class Models {
  private static final Logger LOG = LoggerFactory.getLogger(Models.class);

  private Models() {}

  /**
   * Starts the worker with all models loaded.
   *
   * @throws StartException if one of them cannot be used
   */
  static ImportanceWorker load(GradwatchConfig config, Metrics metrics) {
    DeviceSettings device = device(config);
    Map<String, ModelSource> sources = new HashMap<>();
    for (ModelSettings model : config.models()) {
      ModelSource.Loader loader = () -> open(model.path(), model.sha256(), device, model.output());
      sources.put(
          model.name(),
          new ModelSource(
              loader, model.importance(), report -> tell(model.name(), report, metrics)));
    }
    try {
      return ImportanceWorker.start(sources, config.worker(), WorkerClock.system());
    } catch (ModelFailureException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void tell(String model, SelfCheckReport report, Metrics metrics) {
    for (Verdict verdict : Verdict.values()) {
      metrics.set(Metric.MODEL_TENSORS, report.count(verdict), model, verdict.label());
    }
    if (report.untrusted().isEmpty()) {
      LOG.info("model {}, self-check of {}: {}", model, report.version(), report.text());
    } else {
      LOG.warn("model {}, self-check of {}: {}", model, report.version(), report.text());
    }
  }

  /**
   * Opens a model on the calling thread.
   *
   * @param sha256 that the file must have; null takes any
   * @param output which of its outputs is watched
   * @throws ModelFailureException if it cannot be used, or is another file
   */
  public static TorchScript open(
      Path path, @Nullable String sha256, DeviceSettings device, OutputPick output) {
    TorchScript model = TorchScript.load(path, device, output);
    String found = model.version().sha256();
    if (sha256 != null && !sha256.equals(found)) {
      model.close();
      throw new ModelFailureException(
          Reason.LOAD,
          "model file %s has SHA-256 %s, the configuration expects %s: another file lies there, or sha256 is out of date"
              .formatted(path, found, sha256));
    }
    return model;
  }

  /** The configured device; {@code cuda} is the first GPU. */
  public static DeviceSettings device(GradwatchConfig config) {
    String device = config.device().equals("cuda") ? "cuda:0" : config.device();
    return new DeviceSettings(device, config.worker().threads());
  }
}
