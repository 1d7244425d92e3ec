package io.gradwatch.importance;

import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.Outcome.Failed;
import io.gradwatch.importance.Outcome.WindowKey;
import io.gradwatch.window.SampleBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a device: it loads the models and runs every pass, so that stream threads never
 * wait for a device.
 *
 * <p>Each model's windows are taken first in, first out over all mailboxes, and models take turns
 * by the time that they use, see {@link FairQueue}; before its first window a model passes the
 * {@link SelfCheck}. A model that does not load disturbs no other: its windows fail, or the one
 * that was loaded before goes on, until {@link #update} gives it another source. Between passes and
 * between windows the thread rests, see {@link Pace}: at the duty cycle, or at the catch-up duty
 * cycle while a window waits behind another one of its model, here or with whoever offers it.
 *
 * <p>All public methods may be called from any thread; only {@link #start} and {@link #close} wait.
 */
public final class ImportanceWorker implements AutoCloseable {
  private static final long CLOSE_MILLIS = 2_000;

  /** The line of all questions: they wait behind no window, and make no window a backlog. */
  private static final String QUESTIONS = "?";

  private sealed interface Job {}

  private record Window(WorkerMailbox mailbox, Mailbox.Offer offer) implements Job {}

  private record Asking(Questions.Asked<?> asked) implements Job {}

  private final AtomicReference<@Nullable Map<String, ModelSource>> wanted;
  private final WorkerSettings settings;
  private final WorkerClock clock;
  private final WorkerEvents events;
  private final PeriodicPasses periodicPasses;
  private final Pace pace;
  private final FairQueue<Job> waiting = new FairQueue<>();
  private final Questions questions = new Questions();
  private final CompletableFuture<Void> loaded = new CompletableFuture<>();
  private final Thread thread = new Thread(this::run, "gradwatch-importance");

  private final HeldModels held;
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
    this.wanted = new AtomicReference<>(Map.copyOf(sources));
    this.settings = settings;
    this.clock = clock;
    this.events = events;
    this.periodicPasses = periodicPasses;
    this.pace = new Pace(settings, clock);
    this.held = new HeldModels(this::load, events);
  }

  /**
   * Starts the thread and waits until it has loaded all models.
   *
   * @param models by configured name; names with equal sources share one model
   * @throws ModelFailureException if one of them cannot be loaded; nothing runs then
   */
  public static ImportanceWorker start(
      Map<String, ModelSource> models, WorkerSettings settings, WorkerClock clock) {
    ImportanceWorker worker =
        begin(models, settings, clock, WorkerEvents.NONE, OwnPasses::importance);
    worker.loaded.join();
    for (ModelFailureException failure : worker.failures().values()) {
      worker.close();
      throw failure;
    }
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

  /** Completes when every model is loaded or has failed to, exceptionally if the thread ended. */
  CompletableFuture<Void> loaded() {
    return loaded;
  }

  /**
   * Changes what is computed. Models whose source is what it was stay as they are; the others are
   * loaded before the next window, and those that are no longer wanted are closed.
   *
   * @param models by configured name; names with equal sources share one model
   */
  void update(Map<String, ModelSource> models) {
    wanted.set(Map.copyOf(models));
    waiting.wake();
  }

  /** Why models do not load, by name, where they do not. */
  Map<String, ModelFailureException> failures() {
    return held.failures();
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
        (mailbox, offer) -> waiting.add(offer.batch().model(), new Window(mailbox, offer)),
        mailbox ->
            waiting.removeIf(job -> job instanceof Window window && window.mailbox() == mailbox));
  }

  /**
   * Asks something of a model, in its turn between the windows.
   *
   * @param model the configured name
   * @return completes exceptionally if the model is not loaded, the question fails, or too many
   *     wait already; never, if the worker is closed before its turn
   */
  public <T> CompletableFuture<T> ask(String model, Question<T> question) {
    Questions.Asked<T> asked = questions.take(model, question);
    if (!asked.answer().isDone()) {
      waiting.add(QUESTIONS, new Asking(asked));
    }
    return asked.answer();
  }

  /** Windows and questions that wait for the device, without the one that it is at. */
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
    try {
      while (true) {
        Map<String, ModelSource> models = wanted.getAndSet(null);
        if (models != null) {
          held.hold(models);
          pace.idle();
          loaded.complete(null);
        }
        Job job = waiting.take();
        if (job instanceof Window window) {
          work(window);
        } else if (job instanceof Asking asking) {
          answer(asking.asked());
        }
      }
    } catch (InterruptedException | Pace.ClosedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // Whoever waits for the start must not wait for ever after an error.
      loaded.completeExceptionally(new IllegalStateException("the worker's thread ended"));
      held.close();
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

  private void answer(Questions.Asked<?> asked) throws InterruptedException {
    pace.begin("a question about model '%s'".formatted(asked.model()), () -> false);
    long before = pace.busyNanos();
    asked.answer(held.find(asked.model()), held.whyNot(asked.model()));
    pace.end();
    waiting.spent(QUESTIONS, pace.busyNanos() - before);
  }

  private void work(Window job) throws InterruptedException {
    Mailbox.Offer offer = job.offer();
    SampleBatch batch = offer.batch();
    // Models take turns, so windows of several models are no backlog.
    pace.begin(describe(batch), () -> offer.backlog() || waiting.waits(batch.model()));
    long before = pace.busyNanos();
    LoadedModel model = held.find(batch.model());
    Outcome outcome =
        model == null
            ? Failed.of(WindowKey.of(batch), Reason.LOAD, held.whyNot(batch.model()))
            : model.compute(batch, offer.settled(), offer.request());
    pace.end();
    waiting.spent(batch.model(), pace.busyNanos() - before);
    finished = new Finished(finished.windows() + 1, clock.nanoTime(), held.arrays());
    job.mailbox().put(outcome);
  }

  private static String describe(SampleBatch batch) {
    return "the window of model '%s' that starts at %s"
        .formatted(batch.model(), Instant.ofEpochMilli(batch.start()));
  }
}
