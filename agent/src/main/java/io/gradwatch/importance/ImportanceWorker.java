package io.gradwatch.importance;

import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.Outcome.Computed;
import io.gradwatch.importance.Outcome.Failed;
import io.gradwatch.importance.Outcome.WindowKey;
import io.gradwatch.window.SampleBatch;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a device: it loads the models and runs every pass, so that stream threads never
 * wait for a device.
 *
 * <p>Windows are taken first in, first out over all mailboxes; before its first one a model passes
 * the {@link SelfCheck}. Between windows it rests: after a window that took t seconds at least t
 * (1/d - 1) seconds pass before the next one begins, where d is the duty cycle, or the catch-up
 * duty cycle while more than one window waits.
 *
 * <p>All public methods may be called from any thread; only {@link #start} and {@link #close} wait.
 */
public final class ImportanceWorker implements AutoCloseable {
  /** A rest is cut into slices, after each of which new arrivals can shorten what is left. */
  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long CLOSE_MILLIS = 10_000;

  private record Job(WorkerMailbox mailbox, SampleBatch batch) {}

  private record Loaded(
      DifferentiableModel model, ImportanceSettings settings, Consumer<SelfCheckReport> checked) {}

  private final Map<String, ModelSource> sources;
  private final WorkerSettings settings;
  private final WorkerClock clock;
  private final BlockingQueue<Job> waiting = new LinkedBlockingQueue<>();
  private final CompletableFuture<Map<String, ModelVersion>> versions = new CompletableFuture<>();
  private final Thread thread = new Thread(this::run, "gradwatch-importance");

  /** Models that passed the {@link SelfCheck}; for the worker's thread. */
  private final Map<String, DifferentiableModel> trusted = new HashMap<>();

  private volatile Usage usage = new Usage(0, 0, 0);

  /**
   * What the worker did since its start.
   *
   * @param windows computed or failed
   * @param busySeconds of the device; its rate is the duty cycle
   * @param lastFinishedNanos {@link WorkerClock#nanoTime} when the last window was finished, or 0
   */
  public record Usage(long windows, double busySeconds, long lastFinishedNanos) {
    private Usage plus(long begin, long end) {
      return new Usage(windows + 1, busySeconds + (end - begin) / 1e9, end);
    }
  }

  private ImportanceWorker(
      Map<String, ModelSource> sources, WorkerSettings settings, WorkerClock clock) {
    this.sources = Map.copyOf(sources);
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Starts the thread and waits until it has loaded all models.
   *
   * @param models by configured name
   * @throws ModelFailureException if one cannot be loaded; nothing runs then
   */
  public static ImportanceWorker start(
      Map<String, ModelSource> models, WorkerSettings settings, WorkerClock clock) {
    ImportanceWorker worker = new ImportanceWorker(models, settings, clock);
    worker.thread.setDaemon(true);
    worker.thread.start();
    try {
      worker.versions.join();
      return worker;
    } catch (CompletionException e) {
      if (e.getCause() instanceof ModelFailureException failure) {
        throw failure;
      }
      throw new ModelFailureException(
          Reason.LOAD, "the models do not load: " + e.getCause(), e.getCause());
    }
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
        (mailbox, batch) -> waiting.add(new Job(mailbox, batch)),
        mailbox -> waiting.removeIf(job -> job.mailbox() == mailbox));
  }

  /** Windows that wait for the device, without the one that it computes. */
  public int waiting() {
    return waiting.size();
  }

  public Usage usage() {
    return usage;
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
    Map<String, Loaded> models = new HashMap<>();
    try {
      if (load(models)) {
        work(models);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // Whoever waits for the start must not wait for ever after an error.
      versions.completeExceptionally(new IllegalStateException("the worker's thread ended"));
      models.values().forEach(loaded -> loaded.model().close());
    }
  }

  private boolean load(Map<String, Loaded> models) {
    Map<String, ModelVersion> loaded = new HashMap<>();
    try {
      sources.forEach(
          (name, source) -> {
            DifferentiableModel model = source.loader().load();
            models.put(name, new Loaded(model, source.settings(), source.checked()));
            loaded.put(name, model.version());
          });
      return versions.complete(Map.copyOf(loaded));
    } catch (RuntimeException e) {
      versions.completeExceptionally(e);
      return false;
    }
  }

  private void work(Map<String, Loaded> models) throws InterruptedException {
    long begin = 0;
    long end = 0;
    while (true) {
      Job job = waiting.take();
      rest(begin, end);
      begin = clock.nanoTime();
      Outcome outcome = compute(models.get(job.batch().model()), job.batch());
      end = clock.nanoTime();
      usage = usage.plus(begin, end);
      job.mailbox().put(outcome);
    }
  }

  private void rest(long begin, long end) throws InterruptedException {
    while (true) {
      // The window that was just taken waits as well.
      double duty = waiting.isEmpty() ? settings.dutyCycle() : settings.catchUpDutyCycle();
      long due = end + Math.round((end - begin) * (1 / duty - 1));
      long left = due - clock.nanoTime();
      if (end == begin || left <= 0) {
        return;
      }
      clock.rest(Math.min(left, SLICE_NANOS));
    }
  }

  private Outcome compute(@Nullable Loaded loaded, SampleBatch batch) {
    WindowKey window = WindowKey.of(batch);
    if (loaded == null) {
      return failed(window, Reason.LOAD, "no model is called '" + batch.model() + "'");
    }
    if (batch.samples().isEmpty()) {
      return failed(window, Reason.INPUTS, "the window has no samples");
    }
    try {
      DifferentiableModel model = trusted(loaded, batch);
      return new Computed(
          window, OnePass.importance(model, loaded.settings(), batch, clock::nanoTime));
    } catch (ModelFailureException e) {
      return failed(window, e.reason(), String.valueOf(e.getMessage()));
    } catch (OutOfMemoryError e) {
      return failed(window, Reason.OUT_OF_MEMORY, "Java's heap is not enough: " + e.getMessage());
    } catch (RuntimeException e) {
      return failed(window, Reason.DEVICE, "unexpected: " + e);
    }
  }

  /** What of the model can be trusted, found out with its first window. */
  private DifferentiableModel trusted(Loaded loaded, SampleBatch batch) {
    DifferentiableModel known = trusted.get(batch.model());
    if (known != null) {
      return known;
    }
    SelfCheckReport report = SelfCheck.of(loaded.model(), loaded.settings(), batch.samples());
    loaded.checked().accept(report);
    DifferentiableModel model =
        TrustedModel.of(loaded.model(), report, loaded.settings().grouping());
    trusted.put(batch.model(), model);
    return model;
  }

  private static Failed failed(WindowKey window, Reason reason, String message) {
    return new Failed(window, reason.label(), message);
  }
}
