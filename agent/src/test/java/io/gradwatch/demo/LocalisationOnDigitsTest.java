package io.gradwatch.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.DriftTracker;
import io.gradwatch.drift.FalseAlarmBudget;
import io.gradwatch.drift.GroupMove;
import io.gradwatch.drift.Seasonality;
import io.gradwatch.drift.Suspects;
import io.gradwatch.importance.ContributorPass;
import io.gradwatch.importance.ContributorRequest;
import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.Digits;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleReference;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Where a drift of the demonstration's digits is, gradients and all. */
@SuppressWarnings("NullAway.Init") // set before all tests
class LocalisationOnDigitsTest {
  private static final int WINDOW = 256;
  private static final int BASELINE = 50;
  private static final int DRIFTED = 12;
  private static final int ODD = 10;
  private static final Duration LENGTH = Duration.ofMinutes(5);
  private static final DriftSettings SETTINGS =
      new DriftSettings(
          ImportanceMethod.TAYLOR,
          FalseAlarmBudget.parse("10% in 200 windows"),
          FalseAlarmBudget.parse("1 per 1d"),
          1,
          LENGTH,
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
  private static List<ImportanceSnapshot> baseline;

  @BeforeAll
  static void load() throws IOException {
    model = TorchScript.load(Digits.MODEL, new DeviceSettings("cpu", 1), OutputPick.FIRST);
    digits = DigitFile.heldOut(Path.of("src/main/dist/demo/digits.csv.gz"));
    baseline = new ArrayList<>();
    for (int window = 0; window < BASELINE; window++) {
      baseline.add(importance(batch(window, digits, Shift.NONE, 0)));
    }
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void aDigitThatComesTooOftenIsFoundInItsUnitOfTheLastLayer() {
    List<Digit> sixes = digits.stream().filter(digit -> digit.label() == 6).toList();
    List<Digit> many = new ArrayList<>(digits);
    for (int times = 0; times < 8; times++) {
      many.addAll(sixes);
    }

    GroupMove move = move(drifted(many, Shift.NONE), "fc2.weight");

    assertThat(move.named()).isTrue();
    assertThat(move.units().get(0).from()).isEqualTo(6);
    assertThat(move.units().get(0).share()).isGreaterThan(2 * move.units().get(0).normal());
  }

  @Test
  void samplesThatDriftedAreAmongTheFirstFarMoreOftenThanByChance() {
    DriftReading drift = drifted(digits, Shift.ROTATED);
    ContributorRequest request = Objects.requireNonNull(Suspects.request(drift, SETTINGS.method()));

    double tenth = found(request, Shift.ROTATED, ODD, 10);
    double quarter = found(request, Shift.ROTATED, WINDOW / 4, 5);

    // By chance 10 places hold 10 x 10 / 256 = 0.4 and 2.5 of them.
    assertThat(tenth).isGreaterThan(4 * 10.0 * ODD / WINDOW);
    assertThat(quarter).isGreaterThan(2 * 10.0 / 4);
  }

  @Test
  @EnabledIfSystemProperty(named = "gradwatch.long", matches = "true")
  void measuresWhatIsFoundAndWhatItCosts() {
    for (Shift shift : List.of(Shift.ROTATED, Shift.INVERTED, Shift.FADED)) {
      DriftReading drift = drifted(digits, shift, 4 * DRIFTED);
      ContributorRequest request =
          Objects.requireNonNull(Suspects.request(drift, SETTINGS.method()));
      ContributorRequest alike =
          new ContributorRequest(
              SETTINGS.method(),
              request.groups().stream()
                  .map(g -> new ContributorRequest.OfGroup(g.name(), List.of()))
                  .toList());
      System.out.printf(
          "%s, groups %s%n  of 10 places, 10 / 64 odd of 256: %.2f / %.2f; by contribution alone %.2f / %.2f%n",
          shift,
          drift.groups().stream().filter(GroupDrift::moved).map(GroupDrift::name).toList(),
          found(request, shift, 10, 50),
          found(request, shift, 64, 50),
          found(alike, shift, 10, 50),
          found(alike, shift, 64, 50));
      long own = 0;
      long extra = 0;
      for (int window = 0; window < 50; window++) {
        SampleBatch batch = batch(window, digits, shift, ODD);
        long begin = System.nanoTime();
        importance(batch);
        long middle = System.nanoTime();
        contributors(batch, request);
        own += middle - begin;
        extra += System.nanoTime() - middle;
      }
      System.out.printf("  extra time / the window's own: %.2f%n", (double) extra / own);
      assertThat(extra).isPositive();
    }
  }

  /** The mean number of odd ones in the first 10 places. */
  private static double found(ContributorRequest request, Shift shift, int odd, int windows) {
    int found = 0;
    for (int window = 0; window < windows; window++) {
      Predicate<SampleReference> isOdd = reference -> reference.offset() < odd;
      found +=
          (int)
              contributors(batch(1_000 + window, digits, shift, odd), request).samples().stream()
                  .filter(sample -> isOdd.test(Objects.requireNonNull(sample.reference())))
                  .count();
    }
    return (double) found / windows;
  }

  private static Contributors contributors(SampleBatch batch, ContributorRequest request) {
    return Objects.requireNonNull(
        ContributorPass.over(model, IMPORTANCE, batch, request, System::nanoTime));
  }

  private static DriftReading drifted(List<Digit> pool, Shift shift) {
    return drifted(pool, shift, DRIFTED);
  }

  /** The reading after some windows of other traffic. */
  private static DriftReading drifted(List<Digit> pool, Shift shift, int windows) {
    DriftTracker tracker = DriftTracker.start(SETTINGS, null);
    baseline.forEach(tracker::accept);
    DriftReading last = null;
    for (int window = BASELINE; window < BASELINE + windows; window++) {
      last = tracker.accept(importance(batch(window, pool, shift, WINDOW))).reading();
    }
    assertThat(Objects.requireNonNull(last).status()).isEqualTo(DriftStatus.DRIFT);
    return last;
  }

  private static GroupMove move(DriftReading reading, String name) {
    return reading.groups().stream()
        .filter(group -> group.name().equals(name))
        .map(GroupDrift::move)
        .findFirst()
        .orElseThrow();
  }

  private static ImportanceSnapshot importance(SampleBatch batch) {
    return OnePass.importance(model, IMPORTANCE, batch, () -> 0);
  }

  /** Offsets below {@code odd} are those of shifted digits; they stand anywhere in the window. */
  private static SampleBatch batch(int window, List<Digit> pool, Shift shift, int odd) {
    SplittableRandom random = new SplittableRandom(window);
    List<InferenceSample> samples = new ArrayList<>();
    List<SampleReference> references = new ArrayList<>();
    for (int i = 0; i < WINDOW; i++) {
      Digit digit = pool.get(random.nextInt(pool.size()));
      int place = random.nextInt(i + 1);
      samples.add(place, sample(i < odd ? shift.apply(digit) : digit));
      references.add(place, new SampleReference("digits", 0, i, 0));
    }
    long start = window * LENGTH.toMillis();
    return new SampleBatch(
        "digits", start, start + LENGTH.toMillis(), samples, WINDOW, "", false, references);
  }

  private static InferenceSample sample(Digit digit) {
    float[] pixels = new float[digit.pixels().size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = digit.pixels().get(i).floatValue();
    }
    return Samples.of(null, Samples.floats(List.of(1L, 8L, 8L), pixels));
  }
}
