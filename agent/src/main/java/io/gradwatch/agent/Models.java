package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.ImportanceWorkers;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.ModelSource;
import io.gradwatch.importance.WorkerClock;
import io.gradwatch.importance.WorkerEvents;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.device.TorchScript;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the configured models onto their devices. */
public final class Models {
  private Models() {}

  /** Two of the same file on the same device are equal, so that it is loaded once. */
  private record FileLoader(
      Path path, @Nullable String sha256, DeviceSettings device, OutputPick output)
      implements ModelSource.Loader {
    @Override
    public DifferentiableModel load() {
      return open(path, sha256, device, output);
    }
  }

  /**
   * Starts a worker a device, which begin to load the models.
   *
   * @throws StartException if there is no such device
   */
  static ImportanceWorkers begin(GradwatchConfig config, WorkerEvents events) {
    Map<String, Map<String, ModelSource>> sources = sources(config);
    return ImportanceWorkers.begin(sources, config.worker(), WorkerClock.system(), events);
  }

  /**
   * Where the models come from, by device and name.
   *
   * @throws StartException if there is no such device
   */
  static Map<String, Map<String, ModelSource>> sources(GradwatchConfig config) {
    // Not static: the first logger fixes the level, and commands choose theirs before.
    Logger log = LoggerFactory.getLogger(Models.class);
    Map<String, Map<String, ModelSource>> sources = new TreeMap<>();
    try {
      for (ModelSettings model : config.models()) {
        DeviceSettings device = device(config, model);
        ModelSource.Loader loader =
            new FileLoader(model.path(), model.sha256(), device, model.output());
        sources
            .computeIfAbsent(device.device(), name -> new HashMap<>())
            .put(model.name(), new ModelSource(loader, model.importance()));
        log.info("model {} is computed on {}", model.name(), device.device());
      }
    } catch (ModelFailureException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
    return sources;
  }

  /**
   * Waits until all models are loaded.
   *
   * @param gaveUp ends the wait as well, with a {@link StartException}
   * @throws StartException if one of them cannot be used
   */
  static void await(ImportanceWorkers workers, CompletableFuture<Void> gaveUp)
      throws InterruptedException {
    try {
      workers.awaitModels(gaveUp);
    } catch (ModelFailureException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StartException failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
  }

  /**
   * Opens a model on the calling thread, of which one output is watched.
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

  /**
   * The device of a model, {@code auto} and {@code cuda} resolved.
   *
   * @throws ModelFailureException if libtorch does not start
   */
  static DeviceSettings device(GradwatchConfig config, ModelSettings model) {
    return DeviceSettings.of(model.device(), config.worker().threads());
  }
}
