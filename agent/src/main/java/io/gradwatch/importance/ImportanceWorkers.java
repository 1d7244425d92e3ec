package io.gradwatch.importance;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * All devices: one {@link ImportanceWorker} each, and which model is on which. Thread-safe; {@link
 * #awaitModels} and {@link #close} wait.
 */
public final class ImportanceWorkers implements AutoCloseable {
  /** Windows of a model at its device: one that is computed, and the next one. */
  private static final int WINDOWS_A_MODEL = 2;

  private final Map<String, ImportanceWorker> devices = new TreeMap<>();
  private volatile Map<String, Map<String, ModelSource>> models;

  private ImportanceWorkers(Map<String, Map<String, ModelSource>> models) {
    this.models = Map.copyOf(models);
  }

  /**
   * Starts a thread a device; they load their models at the same time.
   *
   * @param models by device, then by configured name
   * @param settings of each device
   */
  public static ImportanceWorkers begin(
      Map<String, Map<String, ModelSource>> models,
      WorkerSettings settings,
      WorkerClock clock,
      WorkerEvents events) {
    ImportanceWorkers workers = new ImportanceWorkers(models);
    models.forEach(
        (device, sources) ->
            workers.devices.put(
                device,
                ImportanceWorker.begin(sources, settings, clock, events, OwnPasses::importance)));
    return workers;
  }

  /**
   * Changes the models, see {@link ImportanceWorker#update}. Mailboxes that are opened from now on
   * know them.
   *
   * @param changed by device, then by configured name
   * @throws IllegalArgumentException if a device is not among those of the start
   */
  public void update(Map<String, Map<String, ModelSource>> changed) {
    if (!devices.keySet().containsAll(changed.keySet())) {
      throw new IllegalArgumentException(
          "models are on %s, the devices are %s".formatted(changed.keySet(), devices.keySet()));
    }
    models = Map.copyOf(changed);
    devices.forEach((name, worker) -> worker.update(changed.getOrDefault(name, Map.of())));
  }

  /**
   * Waits until every model is loaded or has failed to.
   *
   * @param gaveUp ends the wait as well, exceptionally, when a device hangs
   * @return why models do not load, by name, where they do not
   * @throws ExecutionException with what {@code gaveUp} ended with
   */
  public Map<String, ModelFailureException> awaitModels(CompletableFuture<Void> gaveUp)
      throws InterruptedException, ExecutionException {
    for (ImportanceWorker worker : devices.values()) {
      CompletableFuture.anyOf(worker.loaded(), gaveUp).get();
    }
    return failures();
  }

  /** Why models do not load, by name, where they do not. */
  public Map<String, ModelFailureException> failures() {
    Map<String, ModelFailureException> failures = new TreeMap<>();
    devices.values().forEach(worker -> failures.putAll(worker.failures()));
    return failures;
  }

  /** The workers by their device, for instance {@code cuda:0}. */
  public Map<String, ImportanceWorker> byDevice() {
    return new TreeMap<>(devices);
  }

  /** Opens a mailbox for a stream task, which hands each window to the device of its model. */
  public Mailbox open() {
    Map<String, Mailbox> mailboxes = new TreeMap<>();
    Map<String, String> deviceOfModel = new HashMap<>();
    models.forEach(
        (device, sources) -> {
          ImportanceWorker worker = Objects.requireNonNull(devices.get(device));
          mailboxes.put(device, worker.open(WINDOWS_A_MODEL * sources.size()));
          sources.keySet().forEach(model -> deviceOfModel.put(model, device));
        });
    return new Router(deviceOfModel, mailboxes);
  }

  /**
   * Asks something of a model, see {@link ImportanceWorker#ask}.
   *
   * @param model the configured name
   */
  public <T> CompletableFuture<T> ask(String model, Question<T> question) {
    for (Map.Entry<String, Map<String, ModelSource>> device : models.entrySet()) {
      if (device.getValue().containsKey(model)) {
        return Objects.requireNonNull(devices.get(device.getKey())).ask(model, question);
      }
    }
    return CompletableFuture.failedFuture(
        new IllegalArgumentException("no model is called '" + model + "'"));
  }

  @Override
  public void close() {
    devices.values().forEach(ImportanceWorker::close);
  }

  private static final class Router implements Mailbox {
    private final Map<String, String> deviceOfModel;
    private final Map<String, Mailbox> mailboxes;

    Router(Map<String, String> deviceOfModel, Map<String, Mailbox> mailboxes) {
      this.deviceOfModel = deviceOfModel;
      this.mailboxes = mailboxes;
    }

    @Override
    public boolean offer(Offer window) {
      String model = window.batch().model();
      String device = deviceOfModel.get(model);
      if (device == null) {
        throw new IllegalArgumentException("no model is called '" + model + "'");
      }
      return Objects.requireNonNull(mailboxes.get(device)).offer(window);
    }

    @Override
    public @Nullable Outcome poll() {
      for (Mailbox mailbox : mailboxes.values()) {
        Outcome outcome = mailbox.poll();
        if (outcome != null) {
          return outcome;
        }
      }
      return null;
    }

    @Override
    public void close() {
      mailboxes.values().forEach(Mailbox::close);
    }
  }
}
