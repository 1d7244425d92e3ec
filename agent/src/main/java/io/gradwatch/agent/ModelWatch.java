package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.importance.ImportanceWorkers;
import io.gradwatch.importance.ModelSource;
import io.gradwatch.importance.WorkerEvents;
import io.gradwatch.importance.layout.ModelLocation;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every second where the models lie, and has those loaded anew whose files changed: replaced,
 * written in place, or behind links that lead elsewhere now. One daemon thread. Thread-safe.
 */
final class ModelWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelWatch.class);

  private final ImportanceWorkers workers;
  private final Map<ModelLocation, Settling> files = new HashMap<>();
  private final ScheduledExecutorService thread = Daemon.named("gradwatch-model-files");
  private GradwatchConfig config;

  /**
   * Begins to load the models.
   *
   * @throws StartException if a device is not there
   */
  ModelWatch(GradwatchConfig config, WorkerEvents events) {
    this.config = config;
    this.workers = Models.begin(config, this::state, events);
  }

  ImportanceWorkers workers() {
    return workers;
  }

  /** Looks every second from now on. */
  void start() {
    var unused = thread.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  /**
   * The devices of another configuration that no model was on at the start.
   *
   * @throws StartException if one is not there at all
   */
  synchronized Set<String> newDevices(GradwatchConfig next) {
    Set<String> devices = Models.sources(next, location -> "").keySet();
    return devices.stream()
        .filter(device -> !workers.byDevice().containsKey(device))
        .collect(Collectors.toSet());
  }

  /** Has the models of another configuration loaded, on the devices that there are. */
  synchronized void use(GradwatchConfig next) {
    config = next;
    Set<ModelLocation> wanted =
        next.models().stream().map(ModelSettings::location).collect(Collectors.toSet());
    files.keySet().retainAll(wanted);
    update();
  }

  /** Looks once. */
  synchronized void look() {
    try {
      Map<ModelLocation, Settling> before = Map.copyOf(files);
      files.replaceAll((location, settling) -> settling.look(location.state()));
      boolean changed =
          before.entrySet().stream()
              .anyMatch(file -> !state(file.getKey()).equals(file.getValue().inForce()));
      if (changed) {
        update();
      }
    } catch (RuntimeException e) {
      // Whatever it is, the models that are loaded go on, and the next look may succeed.
      LOG.error("the model files cannot be looked at", e);
    }
  }

  private void update() {
    Map<String, Map<String, ModelSource>> sources = Models.sources(config, this::state);
    workers.update(sources);
  }

  /** What is taken for lying there. */
  private String state(ModelLocation location) {
    return files.computeIfAbsent(location, unseen -> Settling.first(unseen.state())).inForce();
  }

  @Override
  public void close() {
    thread.shutdownNow();
    workers.close();
  }
}
