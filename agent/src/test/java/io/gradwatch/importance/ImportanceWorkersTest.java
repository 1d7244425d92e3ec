package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.window.SampleBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ImportanceWorkersTest {
  private static final WorkerSettings SETTINGS = new WorkerSettings(1, 1, 1);
  private static final ImportanceSettings IMPORTANCE =
      new ImportanceSettings(
          Task.REGRESSION, OutputKind.LOGITS, Set.of(ImportanceMethod.TAYLOR), 8, false, List.of());

  private final Semaphore permits = new Semaphore(0);
  private final HookedModel stuck = new HookedModel(samples -> permits.acquireUninterruptibly());
  private final HookedModel free = new HookedModel(samples -> {});
  private final List<ImportanceWorkers> opened = new ArrayList<>();

  private ImportanceWorkers begin(Map<String, Map<String, ModelSource>> models) {
    ImportanceWorkers workers =
        ImportanceWorkers.begin(models, SETTINGS, new FakeClock(), WorkerEvents.NONE);
    opened.add(workers);
    return workers;
  }

  private static ModelSource source(DifferentiableModel model) {
    return new ModelSource(() -> model, IMPORTANCE);
  }

  @AfterEach
  void close() {
    permits.release(1_000);
    opened.forEach(ImportanceWorkers::close);
  }

  @Test
  void aDeviceThatIsStuckHoldsUpNoOther() throws Exception {
    ImportanceWorkers workers =
        begin(Map.of("cuda:0", Map.of("a", source(stuck)), "cpu", Map.of("b", source(free))));
    workers.awaitModels(new CompletableFuture<>());
    Mailbox mailbox = workers.open();
    assertThat(mailbox.offer(window("a", 1))).isTrue();
    assertThat(mailbox.offer(window("a", 2))).isTrue();
    assertThat(mailbox.offer(window("a", 3))).as("two windows a model").isFalse();
    assertThat(mailbox.offer(window("b", 1))).isTrue();

    Outcome outcome = await().until(mailbox::poll, found -> found != null);
    assertThat(outcome.window()).isEqualTo(new Outcome.WindowKey("b", 1));
    assertThat(workers.byDevice().values())
        .as("cpu, cuda:0")
        .extracting(worker -> worker.usage().windows())
        .containsExactly(1L, 0L);
  }

  @Test
  void loadsAModelOnceForAllNamesThatShareItsSource() throws Exception {
    AtomicInteger loaded = new AtomicInteger();
    ModelSource shared =
        new ModelSource(
            () -> {
              loaded.incrementAndGet();
              return free;
            },
            IMPORTANCE);
    ImportanceWorkers workers =
        begin(Map.of("cpu", Map.of("m@eu", shared, "m@us", shared, "other", source(free))));
    workers.awaitModels(new CompletableFuture<>());
    assertThat(loaded).hasValue(1);

    Mailbox mailbox = workers.open();
    for (String name : List.of("m@eu", "m@us")) {
      assertThat(mailbox.offer(window(name, 1), null)).isTrue();
      Outcome outcome = await().until(mailbox::poll, found -> found != null);
      assertThat(outcome).isInstanceOf(Outcome.Computed.class);
      assertThat(outcome.window()).isEqualTo(new Outcome.WindowKey(name, 1));
    }
    assertThat(loaded).hasValue(1);
  }

  @Test
  void refusesAModelThatIsOnNoDevice() {
    Mailbox mailbox = begin(Map.of("cpu", Map.of("b", source(free)))).open();
    assertThatThrownBy(() -> mailbox.offer(window("c", 1))).hasMessage("no model is called 'c'");
  }

  @Test
  void aModelThatDoesNotLoadDisturbsNoOtherAndIsTriedAgainWithAnotherSource() throws Exception {
    ModelFailureException failure = new ModelFailureException(Reason.LOAD, "no such file");
    AtomicInteger tries = new AtomicInteger();
    ModelSource broken =
        new ModelSource(
            () -> {
              tries.incrementAndGet();
              throw failure;
            },
            IMPORTANCE);
    ModelSource good = source(free);
    ImportanceWorkers workers = begin(Map.of("cpu", Map.of("good", good, "broken", broken)));
    assertThat(workers.awaitModels(new CompletableFuture<>()))
        .containsExactly(Map.entry("broken", failure));
    Mailbox mailbox = workers.open();
    assertThat(computed(mailbox, "good", 1)).isInstanceOf(Outcome.Computed.class);
    assertThat(computed(mailbox, "broken", 1))
        .isEqualTo(new Outcome.Failed(new Outcome.WindowKey("broken", 1), "load", "no such file"));

    workers.update(Map.of("cpu", Map.of("good", good, "broken", broken, "new", good)));
    assertThat(computed(workers.open(), "new", 1)).isInstanceOf(Outcome.Computed.class);
    assertThat(tries).as("the same source is not tried again").hasValue(1);
    workers.update(Map.of("cpu", Map.of("good", good, "broken", source(new HookedModel(s -> {})))));
    await().until(() -> workers.failures().isEmpty());
    assertThat(computed(mailbox, "broken", 2)).isInstanceOf(Outcome.Computed.class);
  }

  @Test
  void aModelWhoseNewFileDoesNotLoadGoesOnWithTheOneBefore() throws Exception {
    ModelSource good = source(free);
    ModelSource broken =
        new ModelSource(
            () -> {
              throw new StackOverflowError();
            },
            IMPORTANCE);
    ImportanceWorkers workers = begin(Map.of("cpu", Map.of("m", good)));
    workers.awaitModels(new CompletableFuture<>());
    workers.update(Map.of("cpu", Map.of("m", broken)));
    await().until(() -> !workers.failures().isEmpty());
    assertThat(workers.failures().get("m"))
        .hasMessage("model 'm' does not load: java.lang.StackOverflowError");
    assertThat(computed(workers.open(), "m", 1)).isInstanceOf(Outcome.Computed.class);
  }

  private static Outcome computed(Mailbox mailbox, String model, long start) {
    assertThat(mailbox.offer(window(model, start))).isTrue();
    return await().until(mailbox::poll, found -> found != null);
  }

  @Test
  void aDeviceThatHangsEndsTheWaitForItsModels() {
    ModelSource hanging =
        new ModelSource(
            () -> {
              permits.acquireUninterruptibly();
              return free;
            },
            IMPORTANCE);
    ImportanceWorkers workers = begin(Map.of("cuda:0", Map.of("a", hanging)));
    CompletableFuture<Void> hung = new CompletableFuture<>();
    hung.completeExceptionally(new IllegalStateException("hangs"));
    assertThatThrownBy(() -> workers.awaitModels(hung))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("hangs");
  }

  private static SampleBatch window(String model, long start) {
    return Samples.batch(model, start, Samples.normal(4, 2, start));
  }
}
