package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.Outcome.Computed;
import io.gradwatch.importance.Outcome.Failed;
import io.gradwatch.importance.Outcome.WindowKey;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ImportanceWorkerTest {
  private static final WorkerSettings POLITE = new WorkerSettings(0.1, 1, 1);
  private static final ImportanceSettings SETTINGS =
      new ImportanceSettings(
          Task.REGRESSION,
          OutputKind.LOGITS,
          Set.of(ImportanceMethod.TAYLOR),
          8,
          false,
          List.of(1.0));
  private static final long SECOND = 1_000_000_000L;
  private static final long TEN_MINUTES = 600 * SECOND;

  /** Passes of the self-check: nine, and two for each of the two tensors. */
  private static final int SELF_CHECK = 13;

  private final FakeClock clock = new FakeClock();
  private final GatedModel model = new GatedModel();
  private ImportanceWorker worker = start(POLITE);

  /**
   * A linear model whose passes take a second each and wait for a permit; those of the self-check
   * are free.
   */
  private final class GatedModel extends ForwardingModel {
    private final Semaphore permits = new Semaphore(0);
    private final Semaphore begun = new Semaphore(0);
    private int free = SELF_CHECK;
    private volatile boolean closed;

    GatedModel() {
      super(new LinearModel(new double[][] {{1, 2}}, 0));
    }

    @Override
    public String device() {
      return "fake";
    }

    @Override
    public ForwardPass forward(List<InferenceSample> samples) {
      if (free > 0) {
        free--;
        return super.forward(samples);
      }
      begun.release();
      permits.acquireUninterruptibly();
      clock.pass(SECOND);
      return super.forward(samples);
    }

    @Override
    public ForwardPass forwardFromInputs(List<InferenceSample> samples) {
      return forward(samples);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @AfterEach
  void close() {
    model.permits.release(1000);
    worker.close();
  }

  @Test
  void computesWindowsInTheOrderInWhichTheyWereOffered() {
    model.permits.release(3);
    Mailbox mailbox = worker.open(3);
    assertThat(mailbox.offer(window(3))).isTrue();
    assertThat(mailbox.offer(window(1))).isTrue();
    assertThat(mailbox.offer(window(2))).isTrue();
    assertThat(List.of(next(mailbox), next(mailbox), next(mailbox)))
        .extracting(outcome -> outcome.window().start())
        .containsExactly(3L, 1L, 2L);
    assertThat(mailbox.poll()).isNull();
  }

  @Test
  void refusesMoreThanItsCapacityUntilAnOutcomeIsPolled() {
    Mailbox mailbox = worker.open(2);
    assertThat(mailbox.offer(window(1))).isTrue();
    assertThat(mailbox.offer(window(2))).isTrue();
    assertThat(mailbox.offer(window(3))).isFalse();
    model.permits.release(1);
    assertThat(next(mailbox)).isInstanceOf(Computed.class);
    assertThat(mailbox.offer(window(3))).isTrue();
    assertThat(mailbox.offer(window(4))).isFalse();
  }

  @Test
  void keepsMailboxesApart() {
    model.permits.release(2);
    Mailbox first = worker.open(1);
    Mailbox second = worker.open(1);
    first.offer(window(1));
    second.offer(window(2));
    assertThat(next(second).window().start()).isEqualTo(2);
    assertThat(next(first).window().start()).isEqualTo(1);
  }

  @Test
  void abandonsTheWindowsOfAClosedMailbox() throws InterruptedException {
    Mailbox closed = worker.open(3);
    closed.offer(window(1));
    closed.offer(window(2));
    closed.offer(window(3));
    model.begun.acquire();
    closed.close();
    Mailbox open = worker.open(1);
    open.offer(window(4));
    model.permits.release(2);
    assertThat(next(open).window().start()).isEqualTo(4);
    assertThat(closed.poll()).isNull();
    assertThat(worker.usage().windows()).isEqualTo(2);
    assertThatThrownBy(() -> closed.offer(window(5))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void restsNineSecondsAfterASecondOfWorkAtATenthOfDuty() {
    model.permits.release(2);
    Mailbox mailbox = worker.open(1);
    mailbox.offer(window(1));
    next(mailbox);
    assertThat(clock.restedSeconds()).isZero();
    mailbox.offer(window(2));
    next(mailbox);
    assertThat(clock.restedSeconds()).isCloseTo(9, within(1e-6));
    assertThat(worker.usage().busySeconds()).isCloseTo(2, within(1e-6));
    assertThat(worker.usage().lastFinishedNanos()).isEqualTo(clock.nanoTime());
  }

  @Test
  void catchesUpWhileMoreThanOneWindowWaits() {
    Mailbox mailbox = worker.open(4);
    for (int window = 0; window < 4; window++) {
      mailbox.offer(window(window));
    }
    model.permits.release(4);
    for (int window = 0; window < 4; window++) {
      next(mailbox);
    }
    // The second and the third have others behind them; only the last is of the present.
    assertThat(clock.restedSeconds()).isCloseTo(9, within(1e-6));
  }

  @Test
  void catchesUpWhileWindowsWaitThatAreNotOfferedYet() {
    Mailbox mailbox = worker.open(1);
    model.permits.release(3);
    for (int number = 1; number <= 3; number++) {
      mailbox.offer(new Mailbox.Offer(window(number), null, null, number < 3));
      next(mailbox);
    }
    assertThat(clock.restedSeconds()).isCloseTo(9, within(1e-6));
  }

  @Test
  void windowsOfSeveralModelsAreNoBacklog() {
    worker.close();
    ModelSource source = new ModelSource(() -> model, SETTINGS);
    ModelSource other = new ModelSource(() -> model, SETTINGS);
    worker = ImportanceWorker.start(Map.of("m", source, "n", other), POLITE, clock);
    Mailbox mailbox = worker.open(2);
    mailbox.offer(window(1));
    mailbox.offer(Samples.batch("n", 1, Samples.normal(4, 2, 1)));
    model.permits.release(2 + SELF_CHECK);
    next(mailbox);
    next(mailbox);
    // The second model's self-check takes time as well, and each pass rests for the one before.
    assertThat(clock.restedSeconds()).isCloseTo(9 * (1 + SELF_CHECK), within(1e-6));
  }

  @Test
  void restsBetweenThePassesOfAWindow() {
    model.permits.release(3);
    Mailbox mailbox = worker.open(1);
    mailbox.offer(Samples.batch("m", 1, Samples.normal(24, 2, 1)));
    Outcome outcome = next(mailbox);
    assertThat(clock.restedSeconds()).isCloseTo(18, within(1e-6));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Computed.class,
            computed ->
                assertThat(computed.snapshot().seconds())
                    .as("device time, without the rests")
                    .isCloseTo(3, within(1e-6)));
  }

  @Test
  void saysWhichWindowHangsOnceItsPassTakesLongerThanTheTimeout() throws InterruptedException {
    Mailbox mailbox = worker.open(1);
    assertThat(worker.hung()).isEmpty();
    mailbox.offer(window(5_000));
    model.begun.acquire();
    clock.pass(TEN_MINUTES);
    assertThat(worker.hung()).isEmpty();
    clock.pass(SECOND);
    assertThat(worker.hung())
        .contains(
            "the window of model 'm' that starts at 1970-01-01T00:00:05Z has not come back for 601 s");
    model.permits.release(1);
    next(mailbox);
    assertThat(worker.hung()).isEmpty();
  }

  @Test
  void saysWhichModelHangsWhileItLoads() throws InterruptedException {
    Semaphore loads = new Semaphore(0);
    Semaphore goOn = new Semaphore(0);
    ModelSource slow =
        new ModelSource(
            () -> {
              loads.release();
              goOn.acquireUninterruptibly();
              return model;
            },
            SETTINGS);
    worker.close();
    worker =
        ImportanceWorker.begin(
            Map.of("slow", slow), POLITE, clock, WorkerEvents.NONE, OwnPasses::importance);
    loads.acquire();
    clock.pass(TEN_MINUTES + SECOND);
    assertThat(worker.hung()).contains("loading model 'slow' has not come back for 601 s");
    assertThat(worker.loaded()).isNotDone();
    goOn.release();
    await().until(() -> worker.loaded().isDone());
    assertThat(worker.hung()).isEmpty();
  }

  @Test
  void aFailedWindowDoesNotStopTheNext() {
    // The first window ends the self-check early, and the second begins it again.
    model.permits.release(SELF_CHECK);
    Mailbox mailbox = worker.open(2);
    mailbox.offer(Samples.batch("m", 1, List.of(Samples.row(null, Float.NaN, 0))));
    mailbox.offer(window(2));
    assertThat(next(mailbox))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.window()).isEqualTo(new WindowKey("m", 1));
              assertThat(failed.reason()).isEqualTo("inputs");
              assertThat(failed.message()).contains("the model gives NaN");
            });
    assertThat(next(mailbox)).isInstanceOf(Computed.class);
  }

  @Test
  void unexpectedErrorsAndUnknownModelsBecomeOutcomes() {
    Mailbox mailbox = worker.open(3);
    model.permits.release(1);
    mailbox.offer(Samples.batch("m", 1, List.of()));
    mailbox.offer(Samples.batch("other", 2, List.of(Samples.row(null, 1, 2))));
    mailbox.offer(Samples.batch("m", 3, List.of(Samples.row(null, 1, 2, 3))));
    assertThat(next(mailbox))
        .isEqualTo(new Failed(new WindowKey("m", 1), "inputs", "the window has no samples"));
    assertThat(next(mailbox))
        .isEqualTo(new Failed(new WindowKey("other", 2), "load", "no model is called 'other'"));
    assertThat(next(mailbox))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> assertThat(failed.message()).startsWith("unexpected: java.lang.ArrayIndex"));
    assertThat(worker.isAlive()).isTrue();
  }

  @Test
  void aModelThatDoesNotLoadFailsTheStart() {
    ModelFailureException failure = new ModelFailureException(Reason.LOAD, "no such file");
    ModelSource broken =
        new ModelSource(
            () -> {
              throw failure;
            },
            SETTINGS);
    assertThatThrownBy(() -> ImportanceWorker.start(Map.of("broken", broken), POLITE, clock))
        .isSameAs(failure);
  }

  @Test
  void closesItsModelsOnItsOwnThread() {
    List<String> threads = new ArrayList<>();
    ModelSource source =
        new ModelSource(
            () -> {
              threads.add(Thread.currentThread().getName());
              return model;
            },
            SETTINGS);
    worker.close();
    worker = ImportanceWorker.start(Map.of("m", source), POLITE, clock);
    worker.close();
    assertThat(threads).containsExactly("gradwatch-importance");
    assertThat(model.closed).isTrue();
    assertThat(worker.isAlive()).isFalse();
  }

  private ImportanceWorker start(WorkerSettings settings) {
    return ImportanceWorker.start(
        Map.of("m", new ModelSource(() -> model, SETTINGS)), settings, clock);
  }

  private static SampleBatch window(long start) {
    return Samples.batch("m", start, Samples.normal(4, 2, start));
  }

  private static Outcome next(Mailbox mailbox) {
    return await().until(mailbox::poll, outcome -> outcome != null);
  }
}
