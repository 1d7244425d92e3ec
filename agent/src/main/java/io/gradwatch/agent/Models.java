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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the configured models onto their devices. */
public final class Models {
  private Models() {}

  /**
   * Two of the same file on the same device are equal, so that it is loaded once; and no longer
   * when the file changes, so that it is loaded again.
   */
  private record FileLoader(
      ModelLocation location, String state, DeviceSettings device, OutputPick output)
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
  static ImportanceWorkers begin(
      GradwatchConfig config, Function<ModelLocation, String> states, WorkerEvents events) {
    // Not static: the first logger fixes the level, and commands choose theirs before.
    Logger log = LoggerFactory.getLogger(Models.class);
    Map<String, Map<String, ModelSource>> sources = sources(config, states);
    sources.forEach(
        (device, models) -> log.info("models {} are computed on {}", models.keySet(), device));
    return ImportanceWorkers.begin(sources, config.worker(), WorkerClock.system(), events);
  }

  /**
   * Where the models come from, by device and name.
   *
   * @param states what is to be taken for lying where a model does, see {@link ModelWatch#state}
   * @throws StartException if there is no such device
   */
  static Map<String, Map<String, ModelSource>> sources(
      GradwatchConfig config, Function<ModelLocation, String> states) {
    Map<String, Map<String, ModelSource>> sources = new TreeMap<>();
    try {
      for (ModelSettings model : config.models()) {
        DeviceSettings device = device(config, model);
        ModelSource.Loader loader =
            new FileLoader(
                model.location(), states.apply(model.location()), device, model.output());
        sources
            .computeIfAbsent(device.device(), name -> new TreeMap<>())
            .put(model.name(), new ModelSource(loader, model.importance()));
      }
    } catch (ModelFailureException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
    return sources;
  }

  /**
   * Waits until every model is loaded or has failed to.
   *
   * @param gaveUp ends the wait as well, with a {@link StartException}
   * @throws StartException if none of them can be used; a restart is then as good as waiting
   */
  static void await(
      GradwatchConfig config, ImportanceWorkers workers, CompletableFuture<Void> gaveUp)
      throws InterruptedException {
    try {
      Map<String, ModelFailureException> failures = workers.awaitModels(gaveUp);
      if (failures.size() == config.models().size()) {
        ModelFailureException first = failures.values().iterator().next();
        throw new StartException(String.valueOf(first.getMessage()), first);
      }
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
