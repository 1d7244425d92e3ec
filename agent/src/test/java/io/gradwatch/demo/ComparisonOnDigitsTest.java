package io.gradwatch.demo;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.drift.Comparison;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.DriftTracker;
import io.gradwatch.drift.FalseAlarmBudget;
import io.gradwatch.drift.FeatureDrift;
import io.gradwatch.drift.Seasonality;
import io.gradwatch.drift.ShareMeasures;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.Digits;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.importance.TrafficSummary;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What other monitors would say of the demonstration's traffic, beside the alarm. */
@EnabledIfSystemProperty(named = "gradwatch.long", matches = "true")
@SuppressWarnings("NullAway.Init") // set before all tests
class ComparisonOnDigitsTest {
  private static final int ROWS = 256;
  private static final int BASELINE = 100;
  private static final int QUIET = 1_000;
  private static final int SHIFTED = 20;
  private static final DriftSettings SETTINGS =
      new DriftSettings(
          ImportanceMethod.TAYLOR,
          FalseAlarmBudget.parse("10% in 200 windows"),
          FalseAlarmBudget.parse("1 per 1d"),
          1,
          Duration.ofSeconds(1),
          Duration.ZERO,
          BASELINE,
          0.1,
          Seasonality.NONE);
  private static final ImportanceSettings IMPORTANCE =
      new ImportanceSettings(
          Task.CLASSIFICATION,
          OutputKind.LOGITS,
          Set.of(ImportanceMethod.TAYLOR),
          16,
          false,
          List.of());

  private static DifferentiableModel model;
  private static List<Digit> digits;
  private static @Nullable TrafficSummary bins;
  private static int next;

  @BeforeAll
  static void load() throws IOException {
    model = TorchScript.load(Digits.MODEL, new DeviceSettings("cpu", 1), OutputPick.FIRST);
    digits = DigitFile.heldOut(Path.of("src/main/dist/demo/digits.csv.gz"));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void tellsShiftsOfTheInputsFromShiftsOfTheReliance() {
    Calibrated start = new Calibrated();
    List<DriftReading> quiet = start.then(QUIET, UnaryOperator.identity());
    print("none", quiet);
    print("one corner lit", start.anew(SHIFTED, digit -> lit(digit, 0.25)));
    List<DriftReading> faint = start.anew(SHIFTED, digit -> lit(digit, 0.01));
    print("one corner faint", faint);
    List<DriftReading> rotated = start.anew(SHIFTED, Shift.ROTATED::apply);
    print("rotated", rotated);
    print("inverted", start.anew(SHIFTED, Shift.INVERTED::apply));
    print("faded", start.anew(SHIFTED, Shift.FADED::apply));

    long told = quiet.stream().filter(reading -> inputs(reading).moved() > 0).count();
    assertThat(told).isLessThanOrEqualTo(QUIET / 100);
    assertThat(faint)
        .as("inputs moved, reliance did not")
        .allMatch(reading -> inputs(reading).notable() && reading.status() == DriftStatus.STABLE);
    assertThat(rotated).allMatch(reading -> inputs(reading).moved() > 10);
  }

  /** A tracker with its baseline, as often as it is needed. */
  private static final class Calibrated {
    private final List<ImportanceSnapshot> windows = windows(BASELINE, UnaryOperator.identity());
    private final DriftTracker tracker = tracker();

    List<DriftReading> then(int count, UnaryOperator<Digit> change) {
      return readings(tracker, windows(count, change));
    }

    List<DriftReading> anew(int count, UnaryOperator<Digit> change) {
      return readings(tracker(), windows(count, change));
    }

    private DriftTracker tracker() {
      DriftTracker fresh = DriftTracker.start(SETTINGS, null);
      windows.forEach(fresh::accept);
      return fresh;
    }
  }

  private static List<DriftReading> readings(DriftTracker tracker, List<ImportanceSnapshot> all) {
    return all.stream().map(window -> requireNonNull(tracker.accept(window).reading())).toList();
  }

  private static void print(String shift, List<DriftReading> readings) {
    long moved = readings.stream().filter(reading -> inputs(reading).moved() > 0).count();
    long notable = readings.stream().filter(reading -> inputs(reading).notable()).count();
    long outputs =
        readings.stream()
            .filter(r -> requireNonNull(requireNonNull(r.comparison()).outputs()).moved() > 0)
            .count();
    int drift = 1;
    while (drift <= readings.size() && readings.get(drift - 1).status() != DriftStatus.DRIFT) {
      drift++;
    }
    DriftReading last = readings.get(readings.size() - 1);
    Comparison comparison = requireNonNull(last.comparison());
    ShareMeasures m = requireNonNull(comparison.importance());
    FeatureDrift in = inputs(last);
    FeatureDrift out = requireNonNull(comparison.outputs());
    System.out.printf(
        Locale.ROOT,
        "%-18s windows %d, inputs moved in %d (notable %d), outputs in %d, beyond in %d, drift at %s;"
            + " last: inputs %d/%d D %.2f, outputs %d/%d D %.2f, ndcg@%d %.3f spearman %.2f"
            + " jaccard %.2f cosine %.3f js %.3f psi %.3f log-total %+.2f%n",
        shift,
        readings.size(),
        moved,
        notable,
        outputs,
        readings.stream().filter(r -> requireNonNull(r.comparison()).beyond() > 0).count(),
        drift > readings.size() ? "none" : drift,
        in.moved(),
        in.compared(),
        in.distance(),
        out.moved(),
        out.compared(),
        out.distance(),
        m.k(),
        m.ndcg(),
        m.spearman(),
        m.jaccard(),
        m.cosine(),
        m.jensenShannon(),
        m.psi(),
        m.logTotal());
  }

  private static FeatureDrift inputs(DriftReading reading) {
    return requireNonNull(requireNonNull(reading.comparison()).inputs());
  }

  private static List<ImportanceSnapshot> windows(int count, UnaryOperator<Digit> change) {
    List<ImportanceSnapshot> windows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      SplittableRandom random = new SplittableRandom(next);
      List<InferenceSample> rows = new ArrayList<>();
      for (int row = 0; row < ROWS; row++) {
        rows.add(sample(change.apply(digits.get(random.nextInt(digits.size())))));
      }
      var batch = Samples.batch("digits", 1_000L * next++, rows);
      ImportanceSnapshot snapshot = OnePass.withTraffic(model, IMPORTANCE, batch, () -> 0, bins);
      bins = snapshot.traffic();
      windows.add(snapshot);
    }
    return windows;
  }

  private static InferenceSample sample(Digit digit) {
    float[] pixels = new float[digit.pixels().size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = digit.pixels().get(i).floatValue();
    }
    return Samples.of(null, Samples.floats(List.of(1L, 8L, 8L), pixels));
  }

  /** A speck of dust in a corner that is always paper. */
  private static Digit lit(Digit digit, double ink) {
    List<Double> pixels = new ArrayList<>(digit.pixels());
    pixels.set(0, ink);
    return new Digit(digit.label(), pixels);
  }
}
