package io.gradwatch.importance;

import io.gradwatch.window.SampleBatch;
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

  private record Device(ImportanceWorker worker, int models) {}

  private final Map<String, Device> devices = new TreeMap<>();
  private final Map<String, String> deviceOfModel = new HashMap<>();

  private ImportanceWorkers() {}

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
    ImportanceWorkers workers = new ImportanceWorkers();
    models.forEach(
        (device, sources) -> {
          ImportanceWorker worker =
              ImportanceWorker.begin(sources, settings, clock, events, OwnPasses::importance);
          workers.devices.put(device, new Device(worker, sources.size()));
          sources.keySet().forEach(model -> workers.deviceOfModel.put(model, device));
        });
    return workers;
  }

  /**
   * Waits until all models are loaded.
   *
   * @param gaveUp ends the wait as well, exceptionally, when a device hangs
   * @throws ModelFailureException if a model cannot be loaded
   * @throws ExecutionException with what {@code gaveUp} ended with
   */
  public void awaitModels(CompletableFuture<Void> gaveUp)
      throws InterruptedException, ExecutionException {
    for (Device device : devices.values()) {
      CompletableFuture<Void> loaded = device.worker().loaded();
      try {
        CompletableFuture.anyOf(loaded, gaveUp).get();
      } catch (ExecutionException e) {
        if (gaveUp.isCompletedExceptionally()) {
          throw e;
        }
        throw ImportanceWorker.failure(e);
      }
    }
  }

  /** The workers by their device, for instance {@code cuda:0}. */
  public Map<String, ImportanceWorker> byDevice() {
    Map<String, ImportanceWorker> workers = new TreeMap<>();
    devices.forEach((name, device) -> workers.put(name, device.worker()));
    return workers;
  }

  /** Opens a mailbox for a stream task, which hands each window to the device of its model. */
  public Mailbox open() {
    Map<String, Mailbox> mailboxes = new TreeMap<>();
    devices.forEach(
        (name, device) ->
            mailboxes.put(name, device.worker().open(WINDOWS_A_MODEL * device.models())));
    return new Router(deviceOfModel, mailboxes);
  }

  @Override
  public void close() {
    devices.values().forEach(device -> device.worker().close());
  }

  private static final class Router implements Mailbox {
    private final Map<String, String> deviceOfModel;
    private final Map<String, Mailbox> mailboxes;

    Router(Map<String, String> deviceOfModel, Map<String, Mailbox> mailboxes) {
      this.deviceOfModel = deviceOfModel;
      this.mailboxes = mailboxes;
    }

    @Override
    public boolean offer(
        SampleBatch batch, @Nullable Settled settled, @Nullable ContributorRequest request) {
      String device = deviceOfModel.get(batch.model());
      if (device == null) {
        throw new IllegalArgumentException("no model is called '" + batch.model() + "'");
      }
      return Objects.requireNonNull(mailboxes.get(device)).offer(batch, settled, request);
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
