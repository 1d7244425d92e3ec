package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.window.SampleBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {
  private static final long MILLI = 1_000_000;
  private static final long MINUTE = 60_000 * MILLI;
  private static final int MINUTES = 120;

  private final FakeClock clock = new FakeClock();
  private final SplittableRandom random = new SplittableRandom(4);

  /** Device time that was really spent in each minute. */
  private final double[] busySeconds = new double[MINUTES + 1];

  private int passes;
  private int outOfMemory;
  private int checks;

  private void spend(long nanos) {
    for (long spent = 0; spent < nanos; spent += MILLI) {
      int minute = (int) ((clock.nanoTime() - 1_000 * MILLI) / MINUTE);
      busySeconds[Math.min(minute, MINUTES)] += 1e-3;
      clock.pass(MILLI);
    }
  }

  /** Passes of 5 to 300 ms; one in a hundred runs out of memory after its time. */
  private void pass() {
    passes++;
    spend(random.nextLong(5, 301) * MILLI);
    if (random.nextInt(100) == 0) {
      outOfMemory++;
      throw HookedModel.outOfMemory();
    }
  }

  private ImportanceSnapshot periodic(
      DifferentiableModel model,
      ImportanceSettings settings,
      SampleBatch batch,
      LongSupplier nanoTime) {
    // Work of the processor between passes keeps the device from nobody, but counts.
    spend(100 * MILLI);
    return OnePass.importance(model, settings, batch, nanoTime);
  }

  private LoadedModel load(Pace pace) {
    checks++;
    ImportanceSettings settings =
        new ImportanceSettings(
            Task.REGRESSION,
            OutputKind.LOGITS,
            OutputKind.LOGITS,
            Set.of(ImportanceMethod.TAYLOR),
            List.of(new PeriodicMethod(ImportanceMethod.MAS, 3, Duration.ofSeconds(30))),
            Grouping.TENSOR,
            16,
            false,
            List.of(1.0));
    return new LoadedModel(
        new HookedModel(samples -> pass()),
        settings,
        0,
        pace,
        WorkerEvents.NONE,
        (model, fitting, method, batch, budget, nanoTime) ->
            periodic(model, fitting, batch, nanoTime));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.1, 0.5})
  void keepsTheDutyCycleWithinAFifthInEachMinuteWhateverTheDeviceDoes(double dutyCycle)
      throws InterruptedException {
    Pace pace = new Pace(new WorkerSettings(dutyCycle, 1, 1), clock);
    LoadedModel model = load(pace);
    for (int window = 0; clock.nanoTime() < (MINUTES + 1) * MINUTE; window++) {
      if (window % 3 == 2) {
        model = load(pace);
      }
      int rows = 1 + random.nextInt(400);
      pace.begin("a window", () -> false);
      model.compute(Samples.batch("m", 1_000L * window, Samples.normal(rows, 2, window)), null);
      pace.end();
    }

    assertThat(outOfMemory).as("recomputations").isGreaterThan(5);
    assertThat(checks).as("self-checks").isGreaterThan(5);
    List<Double> errors = new ArrayList<>();
    double total = 0;
    for (int minute = 0; minute < MINUTES; minute++) {
      errors.add(busySeconds[minute] / 60 / dutyCycle - 1);
      total += busySeconds[minute];
    }
    assertThat(errors).as("seed 4, %d passes", passes).allMatch(e -> Math.abs(e) < 0.2);
    assertThat(total / (60 * MINUTES)).isCloseTo(dutyCycle, within(0.01 * dutyCycle));
  }

  @Test
  void countsIdleTimeAsRest() throws InterruptedException {
    Pace pace = new Pace(new WorkerSettings(0.1, 1, 1), clock);
    pace.begin("a window", () -> false);
    clock.pass(1_000 * MILLI);
    pace.end();
    clock.pass(8_000 * MILLI);
    pace.begin("the next", () -> false);
    assertThat(clock.restedSeconds()).isCloseTo(1, within(1e-9));
    assertThat(pace.busySeconds()).isCloseTo(1, within(1e-9));
  }

  @Test
  void restsForShortPassesTogether() throws InterruptedException {
    Pace pace = new Pace(new WorkerSettings(0.1, 1, 1), clock);
    pace.begin("a window", () -> false);
    for (int pass = 0; pass < 5; pass++) {
      clock.pass(MILLI);
      pace.pass();
    }
    assertThat(clock.restedSeconds()).as("45 ms are owed").isZero();
    clock.pass(MILLI);
    pace.pass();
    assertThat(clock.restedSeconds()).isCloseTo(0.054, within(1e-9));
  }

  @Test
  void shortensARestWhenABacklogBuildsUp() throws InterruptedException {
    Pace pace = new Pace(new WorkerSettings(0.1, 0.5, 1), clock);
    pace.begin("a window", () -> false);
    clock.pass(1_000 * MILLI);
    pace.end();
    pace.begin("the next", () -> clock.restedSeconds() > 0.6);
    assertThat(clock.restedSeconds()).isCloseTo(1, within(1e-9));
  }

  @Test
  void endsAWindowBetweenPassesWhenTheWorkerIsClosed() throws InterruptedException {
    Pace pace = new Pace(new WorkerSettings(1, 1, 1), clock);
    pace.begin("a window", () -> false);
    Thread.currentThread().interrupt();
    assertThatThrownBy(pace::pass).isInstanceOf(Pace.ClosedException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
