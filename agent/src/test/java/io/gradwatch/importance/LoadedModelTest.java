package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.importance.ContributorRequest.OfGroup;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.Outcome.Computed;
import io.gradwatch.importance.Outcome.Failed;
import io.gradwatch.importance.Outcome.WindowKey;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadedModelTest {
  private static final Duration BUDGET = Duration.ofSeconds(30);
  private static final PeriodicMethod MAS = new PeriodicMethod(ImportanceMethod.MAS, 1, BUDGET);
  private static final PeriodicMethod SHAPLEY =
      new PeriodicMethod(ImportanceMethod.SHAPLEY, 1, BUDGET);
  private static final SampleBatch WINDOW = Samples.batch("m", 3_000, Samples.normal(32, 2, 3));
  private static final SampleBatch OTHER = Samples.batch("m", 4_000, Samples.normal(32, 2, 4));

  private final FakeClock clock = new FakeClock();
  private final List<String> events = new ArrayList<>();
  private final List<String> checked = new ArrayList<>();
  private final List<Integer> passes = new ArrayList<>();
  private int largestPass = Integer.MAX_VALUE;
  private boolean refusesSingles;
  private final HookedModel model = new HookedModel(this::pass);

  private final class Events implements WorkerEvents {
    @Override
    public void selfChecked(String name, SelfCheckReport report) {
      checked.add(name);
    }

    @Override
    public void microBatchHalved(String name, int samples) {
      events.add(name + " takes " + samples);
    }

    @Override
    public void rowsRefused(String name, int rows, String why) {
      events.add("%s refuses %d: %s".formatted(name, rows, why));
    }

    @Override
    public void periodicFailed(String name, ImportanceMethod method, String message) {
      events.add("%s %s: %s".formatted(name, method.label(), message));
    }

    @Override
    public void contributorsFailed(String name, String message) {
      events.add("%s contributors: %s".formatted(name, message));
    }
  }

  private void pass(List<InferenceSample> samples) {
    if (samples.stream().anyMatch(sample -> sample.inputs().get(0).elements() != 2)) {
      throw new ModelFailureException(Reason.INPUTS, "the model takes 2 values");
    }
    if (samples.size() > largestPass || (refusesSingles && samples.size() == 1)) {
      throw HookedModel.outOfMemory();
    }
    passes.add(samples.size());
  }

  private LoadedModel loaded(PeriodicPasses periodicPasses, PeriodicMethod... periodic) {
    ImportanceSettings settings =
        new ImportanceSettings(
            Task.REGRESSION,
            OutputKind.LOGITS,
            OutputKind.LOGITS,
            Set.of(ImportanceMethod.TAYLOR),
            List.of(periodic),
            Grouping.TENSOR,
            16,
            false,
            List.of(1.0));
    return loaded(periodicPasses, settings);
  }

  private LoadedModel loaded(PeriodicPasses periodicPasses, ImportanceSettings settings) {
    Pace pace = new Pace(new WorkerSettings(1, 1, 1), clock);
    return new LoadedModel(model, settings, 1 << 20, pace, new Events(), periodicPasses);
  }

  private static ImportanceSnapshot computed(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Computed.class);
    return ((Computed) outcome).snapshot();
  }

  @Test
  void halvesTheMicroBatchUntilItFitsAndStaysThere() {
    LoadedModel loaded = loaded(OwnPasses::importance);
    largestPass = 5;
    ImportanceSnapshot snapshot = computed(loaded.compute(WINDOW, null));
    assertThat(events).containsExactly("m takes 8", "m takes 4");
    assertThat(snapshot.samples()).isEqualTo(32);

    passes.clear();
    computed(loaded.compute(WINDOW, null));
    assertThat(passes).hasSize(8).containsOnly(4);
    assertThat(events).hasSize(2);
  }

  @Test
  void findsWhatContributesMostOnlyWhenAskedAndNeverLosesTheWindowWithIt() {
    ContributorRequest request =
        new ContributorRequest(ImportanceMethod.TAYLOR, List.of(new OfGroup("weight", List.of())));
    LoadedModel loaded = loaded(OwnPasses::importance);
    ImportanceSnapshot unasked = computed(loaded.compute(WINDOW, null));
    assertThat(unasked.contributors()).isNull();

    passes.clear();
    ImportanceSnapshot asked = computed(loaded.compute(WINDOW, null, request));
    assertThat(passes).as("two of 16, then each sample alone").hasSize(2 + 32);
    assertThat(asked.contributors()).isNotNull();
    assertThat(asked.groups()).isEqualTo(unasked.groups());

    refusesSingles = true;
    ImportanceSnapshot without = computed(loaded.compute(WINDOW, null, request));
    assertThat(without.contributors()).isNull();
    assertThat(without.groups()).isEqualTo(unasked.groups());
    assertThat(events).containsExactly("m contributors: the device's memory is not enough");
  }

  @Test
  void keepsTheConfiguredMicroBatchInTheRecordSoThatItFitsTheBaseline() {
    largestPass = 1;
    assertThat(computed(loaded(OwnPasses::importance).compute(WINDOW, null)).tuning().microBatch())
        .isEqualTo(16);
  }

  @Test
  void skipsAWindowWhoseSamplesDoNotFitOneByOne() {
    largestPass = 0;
    assertThat(loaded(OwnPasses::importance).compute(WINDOW, null))
        .isEqualTo(
            new Failed(
                new WindowKey("m", 3_000), "out-of-memory", "the device's memory is not enough"));
    assertThat(events).containsExactly("m takes 8", "m takes 4", "m takes 2", "m takes 1");
  }

  @Test
  void aRowOfAnotherShapeCostsOnlyItself() {
    List<InferenceSample> good = WINDOW.samples();
    List<InferenceSample> mixed = new ArrayList<>(good);
    mixed.add(3, Samples.row(null, 1, 2, 3));
    mixed.add(9, Samples.row(null, 4, 5, 6));

    ImportanceSnapshot without = computed(loaded(OwnPasses::importance).compute(WINDOW, null));
    ImportanceSnapshot snapshot =
        computed(loaded(OwnPasses::importance).compute(windowOf(mixed), null));

    assertThat(snapshot.groups()).isEqualTo(without.groups());
    assertThat(snapshot.samples()).isEqualTo(good.size());
    assertThat(events).containsExactly("m refuses 2: requests-0@3: the model takes 2 values");
  }

  @Test
  void aRowWhoseOutputIsNoNumberCostsOnlyItself() {
    List<InferenceSample> mixed = new ArrayList<>(WINDOW.samples());
    mixed.add(Samples.row(null, Float.MAX_VALUE, Float.MAX_VALUE));

    assertThat(computed(loaded(OwnPasses::importance).compute(windowOf(mixed), null)).samples())
        .isEqualTo(WINDOW.samples().size());
    assertThat(events)
        .singleElement()
        .asString()
        .startsWith("m refuses 1: requests-0@32: the model gives Infinity");
  }

  @Test
  void skipsAWindowOfWhichTheModelRefusesMoreThanHalf() {
    List<InferenceSample> mixed = new ArrayList<>(WINDOW.samples().subList(0, 3));
    for (int i = 0; i < 4; i++) {
      mixed.add(Samples.row(null, 1, 2, i));
    }

    assertThat(loaded(OwnPasses::importance).compute(windowOf(mixed), null))
        .isEqualTo(new Failed(new WindowKey("m", 3_000), "inputs", "the model takes 2 values"));
    assertThat(events).isEmpty();
  }

  private static SampleBatch windowOf(List<InferenceSample> rows) {
    List<SampleReference> references =
        IntStream.range(0, rows.size())
            .mapToObj(offset -> new SampleReference("requests", 0, offset, 0))
            .toList();
    return new SampleBatch("m", 3_000, 4_000, rows, rows.size(), "", false, references);
  }

  @Test
  void skipsAWindowBelowTheFloorOfMemoryWithoutAPass() {
    LoadedModel loaded = loaded(OwnPasses::importance);
    model.free = OptionalLong.of((1 << 20) - 1);
    assertThat(loaded.compute(WINDOW, null))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo("low-memory");
              assertThat(failed.message())
                  .startsWith("device fake has 0 MiB free, memory-floor is 1 MiB: ");
            });
    assertThat(passes).isEmpty();

    model.free = OptionalLong.of(1 << 20);
    computed(loaded.compute(WINDOW, null));
  }

  @Test
  void computesThePeriodicMethodsThatAreDueBesideTheWindow() {
    LoadedModel loaded =
        loaded(
            (device, settings, method, batch, budget, nanoTime) -> {
              events.add("%s within %s".formatted(method.label(), budget));
              return OnePass.importance(device, settings, batch, nanoTime);
            },
            MAS,
            SHAPLEY);
    assertThat(loaded.compute(WINDOW, null))
        .isInstanceOfSatisfying(
            Computed.class, outcome -> assertThat(outcome.periodic()).hasSize(2));
    assertThat(events).containsExactly("mas within PT30S", "shapley within PT30S");
  }

  @Test
  void aPeriodicMethodThatFailsCostsNeitherTheWindowNorTheOtherMethods() {
    LoadedModel loaded =
        loaded(
            (device, settings, method, batch, budget, nanoTime) -> {
              if (method == ImportanceMethod.MAS) {
                throw new IllegalStateException("a mistake");
              }
              return OnePass.importance(device, settings, batch, nanoTime);
            },
            MAS,
            SHAPLEY);
    assertThat(loaded.compute(WINDOW, null))
        .isInstanceOfSatisfying(
            Computed.class, outcome -> assertThat(outcome.periodic()).hasSize(1));
    assertThat(events)
        .containsExactly("m mas: unexpected: java.lang.IllegalStateException: a mistake");
  }

  @Test
  void aPeriodicMethodHalvesTheMicroBatchAsWell() {
    LoadedModel loaded =
        loaded(
            (device, settings, method, batch, budget, nanoTime) -> {
              if (settings.microBatch() > 8) {
                throw HookedModel.outOfMemory();
              }
              return OnePass.importance(device, settings, batch, nanoTime);
            },
            MAS);
    Outcome outcome = loaded.compute(WINDOW, null);
    assertThat(events).containsExactly("m takes 8");
    assertThat(((Computed) outcome).periodic())
        .singleElement()
        .extracting(snapshot -> snapshot.tuning().microBatch())
        .isEqualTo(16);
  }

  @Test
  void settlesWhatIsOpenWithItsFirstWindow() {
    LoadedModel loaded = open();
    Tuning first = computed(loaded.compute(WINDOW, null)).tuning();
    assertThat(first.outputDeviations()).singleElement().isNotEqualTo(1.0);
    assertThat(computed(loaded.compute(WINDOW, null)).tuning()).isEqualTo(first);
  }

  @Test
  void takesWhatAnEarlierWindowOfTheSameFileSettled() {
    Tuning settled = new Tuning(2, List.of(7.0));
    String sha256 = model.version().sha256();
    assertThat(computed(open().compute(WINDOW, new Settled(sha256, settled))).tuning())
        .isEqualTo(settled);
    assertThat(computed(open().compute(WINDOW, new Settled("another", settled))).tuning())
        .isNotEqualTo(settled);
  }

  @Test
  void countsWindowsIntoTheBinsOfTheFirstUntilABaselineBringsItsOwn() {
    LoadedModel loaded = open();
    ImportanceSnapshot first = computed(loaded.compute(WINDOW, null));
    ImportanceSnapshot second = computed(loaded.compute(OTHER, null));
    Settled baseline = Settled.of(computed(open().compute(OTHER, null)));
    ImportanceSnapshot third = computed(loaded.compute(WINDOW, baseline));

    assertThat(Objects.requireNonNull(second.traffic()).sameBins(traffic(first))).isTrue();
    assertThat(traffic(third).sameBins(traffic(first))).isFalse();
    assertThat(traffic(third).sameBins(Objects.requireNonNull(baseline.bins()))).isTrue();
  }

  private static TrafficSummary traffic(ImportanceSnapshot snapshot) {
    return Objects.requireNonNull(snapshot.traffic());
  }

  private LoadedModel open() {
    ImportanceSettings settings =
        new ImportanceSettings(
            Task.REGRESSION,
            OutputKind.LOGITS,
            Set.of(ImportanceMethod.TAYLOR),
            ImportanceSettings.AUTO,
            false,
            List.of());
    return loaded(OwnPasses::importance, settings);
  }

  @Test
  void checksItselfOnceButSettlesTheTuningOfEachNameByItsOwnFirstWindow() {
    ImportanceSettings settings =
        new ImportanceSettings(
            Task.REGRESSION,
            OutputKind.LOGITS,
            Set.of(ImportanceMethod.TAYLOR),
            8,
            false,
            List.of());
    LoadedModel loaded = loaded(OwnPasses::importance, settings);
    List<InferenceSample> doubled =
        WINDOW.samples().stream()
            .map(row -> Samples.row(null, (float) (2 * x(row, 0)), (float) (2 * x(row, 1))))
            .toList();
    computed(loaded.compute(WINDOW, null));
    int first = passes.size();
    ImportanceSnapshot other = computed(loaded.compute(Samples.batch("n", 3_000, doubled), null));
    assertThat(passes.size() - first).as("no second self-check").isLessThan(first);
    double deviation = computed(loaded.compute(WINDOW, null)).tuning().outputDeviations().get(0);
    assertThat(other.tuning().outputDeviations().get(0)).isCloseTo(2 * deviation, within(1e-5));
    assertThat(checked).containsExactly("m", "n");
  }

  private static double x(InferenceSample row, int column) {
    return row.inputs().get(0).values()[column];
  }
}
