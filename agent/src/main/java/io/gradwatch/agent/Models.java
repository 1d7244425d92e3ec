package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.ImportanceWorkers;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelSource;
import io.gradwatch.importance.WorkerClock;
import io.gradwatch.importance.WorkerEvents;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.importance.layout.ModelLocation;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the configured models onto their devices. */
public final class Models {
  private Models() {}

  /** Two of the same file on the same device are equal, so that it is loaded once. */
  private record FileLoader(ModelLocation location, DeviceSettings device, OutputPick output)
      implements ModelSource.Loader {
    @Override
    public DifferentiableModel load() {
      return TorchScript.load(location, device, output);
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
        ModelSource.Loader loader = new FileLoader(model.location(), device, model.output());
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
   * The device of a model, {@code auto} and {@code cuda} resolved.
   *
   * @throws ModelFailureException if libtorch does not start
   */
  static DeviceSettings device(GradwatchConfig config, ModelSettings model) {
    return DeviceSettings.of(model.device(), config.worker().threads());
  }
}
