package io.gradwatch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.importance.TrafficSummary;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.window.SampleBatch;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What counting inputs and outputs adds to a window, as a ratio of the one pass at b = 16. */
@EnabledIfSystemProperty(named = "gradwatch.long", matches = "true")
class TrafficCostTest {
  private static final int ROUNDS = 31;
  private static final ImportanceSettings SETTINGS =
      new ImportanceSettings(
          Task.CLASSIFICATION,
          OutputKind.LOGITS,
          ImportanceMethod.onePassMethods(),
          16,
          false,
          List.of());

  @BeforeAll
  static void make() throws Exception {
    BenchModel.makeAll(Python.find());
  }

  @ParameterizedTest
  @EnumSource
  void countingIsASmallPartOfAWindow(BenchModel model) {
    SampleBatch batch = Samples.batch("bench", 0, model.samples(model.window));
    try (TorchScript script = model.load()) {
      TrafficSummary bins =
          Objects.requireNonNull(
              OnePass.withTraffic(script, SETTINGS, batch, System::nanoTime, null).traffic());
      Runnable plain = () -> OnePass.importance(script, SETTINGS, batch, System::nanoTime);
      Runnable counted = () -> OnePass.withTraffic(script, SETTINGS, batch, System::nanoTime, bins);
      for (double spent = 0; spent < 3; ) {
        spent += Stopwatch.seconds(plain) + Stopwatch.seconds(counted);
      }
      double[] ratios = new double[ROUNDS];
      double[] added = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        double without = Stopwatch.seconds(plain);
        double with = Stopwatch.seconds(counted);
        ratios[round] = with / without;
        added[round] = 1e3 * (with - without);
      }
      Spread ratio = Spread.of(ratios);
      System.out.printf(
          "%s: %d inputs, %d outputs counted: %s of a window, %s ms more%n",
          model.label(), bins.inputs().size(), bins.outputs().size(), ratio, Spread.of(added));
      assertThat(ratio.median()).isLessThan(1.25);
    }
  }
}
