package io.gradwatch.importance;

import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.Outcome.Failed;
import io.gradwatch.importance.Outcome.WindowKey;
import io.gradwatch.window.SampleBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a device: it loads the models and runs every pass, so that stream threads never
 * wait for a device.
 *
 * <p>Windows are taken first in, first out over all mailboxes; before its first one a model passes
 * the {@link SelfCheck}. Between passes and between windows the thread rests, see {@link Pace}: at
 * the duty cycle, or at the catch-up duty cycle while a window waits behind another one of its
 * model.
 *
 * <p>All public methods may be called from any thread; only {@link #start} and {@link #close} wait.
 */
public final class ImportanceWorker implements AutoCloseable {
  private static final long CLOSE_MILLIS = 2_000;

  private record Job(
      WorkerMailbox mailbox,
      SampleBatch batch,
      @Nullable Settled settled,
      @Nullable ContributorRequest request) {}

  private final Map<String, ModelSource> sources;
  private final WorkerSettings settings;
  private final WorkerClock clock;
  private final WorkerEvents events;
  private final PeriodicPasses periodicPasses;
  private final Pace pace;
  private final BlockingQueue<Job> waiting = new LinkedBlockingQueue<>();
  private final CompletableFuture<Map<String, ModelVersion>> versions = new CompletableFuture<>();
  private final Thread thread = new Thread(this::run, "gradwatch-importance");

  private volatile Finished finished = new Finished(0, 0, 0);

  private record Finished(long windows, long lastNanos, int arrays) {}

  /**
   * What the worker did since its start.
   *
   * @param windows computed or failed
   * @param busySeconds of the device, up to the last pass; its rate is the duty cycle
   * @param lastFinishedNanos {@link WorkerClock#nanoTime} when the last window was finished, or 0
   * @param arrays of all models that were on the device then, see {@link
   *     DifferentiableModel#arrays}
   */
  public record Usage(long windows, double busySeconds, long lastFinishedNanos, int arrays) {}

  private ImportanceWorker(
      Map<String, ModelSource> sources,
      WorkerSettings settings,
      WorkerClock clock,
      WorkerEvents events,
      PeriodicPasses periodicPasses) {
    this.sources = Map.copyOf(sources);
    this.settings = settings;
    this.clock = clock;
    this.events = events;
    this.periodicPasses = periodicPasses;
    this.pace = new Pace(settings, clock);
  }

  /**
   * Starts the thread and waits until it has loaded all models.
   *
   * @param models by configured name; names with equal sources share one model
   * @throws ModelFailureException if one cannot be loaded; nothing runs then
   */
  public static ImportanceWorker start(
      Map<String, ModelSource> models, WorkerSettings settings, WorkerClock clock) {
    ImportanceWorker worker =
        begin(models, settings, clock, WorkerEvents.NONE, OwnPasses::importance);
    worker.awaitModels();
    return worker;
  }

  /** Starts the thread, which loads the models; {@link #loaded} says when it has. */
  static ImportanceWorker begin(
      Map<String, ModelSource> models,
      WorkerSettings settings,
      WorkerClock clock,
      WorkerEvents events,
      PeriodicPasses periodicPasses) {
    ImportanceWorker worker = new ImportanceWorker(models, settings, clock, events, periodicPasses);
    worker.thread.setDaemon(true);
    worker.thread.start();
    return worker;
  }

  /** Completes when all models are loaded, exceptionally if one cannot be. */
  CompletableFuture<Void> loaded() {
    return versions.thenApply(all -> null);
  }

  private void awaitModels() {
    try {
      versions.join();
    } catch (CompletionException e) {
      throw failure(e);
    }
  }

  /** Why models do not load, from what {@link #loaded} ended with. */
  static ModelFailureException failure(Exception e) {
    if (e.getCause() instanceof ModelFailureException failure) {
      return failure;
    }
    return new ModelFailureException(
        Reason.LOAD, "the models do not load: " + e.getCause(), e.getCause());
  }

  /**
   * The version that is loaded.
   *
   * @throws IllegalArgumentException if no model has this name
   */
  public ModelVersion version(String model) {
    ModelVersion version = versions.join().get(model);
    if (version == null) {
      throw new IllegalArgumentException("no model is called '" + model + "'");
    }
    return version;
  }

  /**
   * Opens a mailbox for a stream task.
   *
   * @param capacity windows that are under way or not polled yet at most, at least 1
   */
  public Mailbox open(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity is " + capacity + ", must be at least 1");
    }
    return new WorkerMailbox(
        capacity,
        (mailbox, batch, settled, request) ->
            waiting.add(new Job(mailbox, batch, settled, request)),
        mailbox -> waiting.removeIf(job -> job.mailbox() == mailbox));
  }

  /** Windows that wait for the device, without the one that it computes. */
  public int waiting() {
    return waiting.size();
  }

  public Usage usage() {
    Finished last = finished;
    return new Usage(last.windows(), pace.busySeconds(), last.lastNanos(), last.arrays());
  }

  /**
   * What has been on the device for longer than a pass, or the loading of a model, may take: a
   * native call that hangs, and that nothing can interrupt.
   *
   * @return what it is, for people; empty if nothing hangs
   */
  public Optional<String> hung() {
    Pace.OnDevice now = pace.onDevice();
    if (now == null || clock.nanoTime() - now.since() <= settings.deviceTimeout().toNanos()) {
      return Optional.empty();
    }
    Duration since = Duration.ofNanos(clock.nanoTime() - now.since());
    return Optional.of("%s has not come back for %d s".formatted(now.what(), since.toSeconds()));
  }

  /** Whether the thread runs; false after {@link #close}, or after an error that ended it. */
  public boolean isAlive() {
    return thread.isAlive();
  }

  /** Ends the thread after the pass that it is in, and closes the models. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Map<String, LoadedModel> models = new HashMap<>();
    try {
      if (load(models)) {
        work(models);
      }
    } catch (InterruptedException | Pace.ClosedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // Whoever waits for the start must not wait for ever after an error.
      versions.completeExceptionally(new IllegalStateException("the worker's thread ended"));
      Set.copyOf(models.values()).forEach(LoadedModel::close);
    }
  }

  private boolean load(Map<String, LoadedModel> models) {
    Map<String, ModelVersion> loaded = new HashMap<>();
    Map<ModelSource, LoadedModel> bySource = new HashMap<>();
    try {
      sources.forEach(
          (name, source) -> {
            LoadedModel model = bySource.computeIfAbsent(source, from -> load(name, from));
            models.put(name, model);
            loaded.put(name, model.model().version());
          });
      pace.idle();
      return versions.complete(Map.copyOf(loaded));
    } catch (RuntimeException e) {
      versions.completeExceptionally(e);
      return false;
    }
  }

  private LoadedModel load(String name, ModelSource source) {
    pace.load(name);
    return new LoadedModel(
        source.loader().load(),
        source.settings(),
        settings.memoryFloor(),
        pace,
        events,
        periodicPasses);
  }

  private void work(Map<String, LoadedModel> models) throws InterruptedException {
    while (true) {
      Job job = waiting.take();
      SampleBatch batch = job.batch();
      pace.begin(describe(batch), () -> isBehind(batch.model()));
      LoadedModel model = models.get(batch.model());
      Outcome outcome =
          model == null ? unknown(batch) : model.compute(batch, job.settled(), job.request());
      pace.end();
      int arrays =
          models.values().stream()
              .distinct()
              .mapToInt(each -> each.model().arrays().orElse(0))
              .sum();
      finished = new Finished(finished.windows() + 1, clock.nanoTime(), arrays);
      job.mailbox().put(outcome);
    }
  }

  /** Models take turns, so windows of several models are no backlog. */
  private boolean isBehind(String model) {
    return waiting.stream().anyMatch(job -> job.batch().model().equals(model));
  }

  private static Failed unknown(SampleBatch batch) {
    return Failed.of(
        WindowKey.of(batch), Reason.LOAD, "no model is called '" + batch.model() + "'");
  }

  private static String describe(SampleBatch batch) {
    return "the window of model '%s' that starts at %s"
        .formatted(batch.model(), Instant.ofEpochMilli(batch.start()));
  }
}
