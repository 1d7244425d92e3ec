package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QuestionsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final ImportanceSettings SETTINGS =
      new ImportanceSettings(
          Task.REGRESSION,
          OutputKind.LOGITS,
          Set.of(ImportanceMethod.TAYLOR),
          8,
          false,
          List.of(1.0));

  private final FakeClock clock = new FakeClock();
  private final ImportanceWorker worker =
      ImportanceWorker.start(
          Map.of("m", new ModelSource(() -> new LinearModel(new double[][] {{1, 2}}, 0), SETTINGS)),
          new WorkerSettings(0.1, 1, 1),
          clock);
  private final Semaphore goOn = new Semaphore(0);

  @AfterEach
  void close() {
    goOn.release(1000);
    worker.close();
  }

  @Test
  void areAnsweredOnTheThreadOfTheDevice() {
    assertThat(worker.ask("m", (model, settings) -> Thread.currentThread().getName()).join())
        .isEqualTo("gradwatch-importance");
    assertThat(
            worker
                .ask(
                    "m", (model, settings) -> Saliency.of(model, settings, Samples.row(null, 3, 4)))
                .join()
                .gradients()
                .get(0))
        .containsExactly(1, 2);
  }

  @Test
  void keepToTheDutyCycle() {
    for (int i = 0; i < 3; i++) {
      worker.ask("m", (model, settings) -> pass()).join();
    }
    // Two rests are taken, and the third is owed by whatever comes next.
    assertThat(clock.restedSeconds()).isCloseTo(18, within(1e-6));
    // Who asked has the answer before the worker has counted its time.
    await()
        .untilAsserted(() -> assertThat(worker.usage().busySeconds()).isCloseTo(3, within(1e-6)));
  }

  @Test
  void areRefusedWhereTooManyWait() {
    List<CompletableFuture<String>> asked = new ArrayList<>();
    for (int i = 0; i < Questions.MOST; i++) {
      asked.add(worker.ask("m", (model, settings) -> block()));
    }
    assertThatThrownBy(() -> worker.ask("m", (model, settings) -> pass()).join())
        .hasRootCauseInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("16 questions wait for the device already");
    goOn.release(Questions.MOST);
    asked.forEach(CompletableFuture::join);
    assertThat(worker.ask("m", (model, settings) -> pass()).join()).isEqualTo("done");
  }

  @Test
  void aFailedOneDisturbsNoOther() {
    assertThatThrownBy(
            () ->
                worker
                    .ask(
                        "m",
                        (model, settings) -> {
                          throw new IllegalStateException("odd");
                        })
                    .join())
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("odd");
    assertThatThrownBy(() -> worker.ask("other", (model, settings) -> pass()).join())
        .hasRootCauseMessage("no model is called 'other'");
    Mailbox mailbox = worker.open(1);
    mailbox.offer(Samples.batch("m", 1, Samples.normal(4, 2, 1)));
    assertThat(await().until(mailbox::poll, outcome -> outcome != null))
        .isInstanceOf(Outcome.Computed.class);
  }

  private String pass() {
    clock.pass(SECOND);
    return "done";
  }

  private String block() {
    goOn.acquireUninterruptibly();
    return "done";
  }
}
