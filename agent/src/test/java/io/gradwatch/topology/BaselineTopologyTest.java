package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.BaselineCatalogue;
import io.gradwatch.drift.BaselineSelection;
import io.gradwatch.drift.BaselineSelection.Decision;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.FeatureDrift;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.drift.StoredBaseline.Origin;
import io.gradwatch.importance.AnySnapshot;
import io.gradwatch.importance.Histogram;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.TrafficSummary;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.Alert;
import io.gradwatch.serde.JsonSerde;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Drift and the baselines topic together, as the importance application wires them. */
class BaselineTopologyTest {
  private static final ModelVersion VERSION = new ModelVersion("1", "ab".repeat(32));
  private static final ModelVersion NEXT = new ModelVersion("2", "cd".repeat(32));
  private static final String OWNER = Traffic.MODEL + "/" + VERSION;
  private static final Decision NOW = new Decision(1, "ada", null);
  private static final int M = Traffic.model().drift().baselineWindows();

  private final Metrics metrics = new Metrics();
  private final Random noise = new Random(3);
  private ModelVersion version = VERSION;
  private double level = 1;
  private int samples = Traffic.K;
  private int next;
  private DriftDriver drift;
  private TopologyTestDriver driver;
  private TestInputTopic<String, WindowOutcome> outcomes;
  private TestInputTopic<String, byte[]> entries;
  private TestOutputTopic<String, DriftReading> readings;
  private TestOutputTopic<String, Alert> alerts;
  private TestOutputTopic<String, byte[]> written;

  @BeforeEach
  void start() {
    drift = new DriftDriver(Traffic.model(), metrics);
    driver = drift.driver;
    outcomes = drift.outcomes;
    readings = drift.readings;
    alerts = drift.alerts;
    entries =
        driver.createInputTopic(
            Traffic.TOPICS.baselines(), new StringSerializer(), new ByteArraySerializer());
    written =
        driver.createOutputTopic(
            Traffic.TOPICS.baselines(), new StringDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void stop() {
    drift.close();
    metrics.close();
  }

  /** How the only input was distributed in the windows to come; null where it is not counted. */
  private @Nullable TrafficSummary traffic;

  private ImportanceSnapshot snapshot() {
    double mean = level * Math.exp(0.05 * noise.nextGaussian());
    long start = next++ * Traffic.SIZE;
    return AnySnapshot.of(
            Traffic.MODEL,
            version,
            start,
            start + Traffic.SIZE,
            samples,
            List.of(AnySnapshot.group("w", "taylor", mean)))
        .withTraffic(traffic);
  }

  private static TrafficSummary counts(int low, int high) {
    Histogram x = new Histogram("x", 0, 0, new float[] {0.5f}, new int[] {low, high, 0});
    return new TrafficSummary(1, List.of(x), 0, List.of());
  }

  /** Sends windows and returns the last reading. */
  private DriftReading windows(int count) {
    for (int i = 0; i < count; i++) {
      outcomes.pipeInput(Traffic.MODEL, WindowOutcome.computed(snapshot()));
    }
    List<DriftReading> all = readings.readValuesToList();
    return all.get(all.size() - 1);
  }

  private List<StoredBaseline> baselines() {
    return written.readKeyValuesToList().stream()
        .map(record -> BaselineEntry.parse(record.key, record.value).stored())
        .filter(Objects::nonNull)
        .toList();
  }

  private void send(BaselineEntry entry) {
    entries.pipeInput(entry.key(), entry.value());
  }

  private void select(BaselineSelection selection) {
    send(BaselineEntry.of(Traffic.MODEL, VERSION, selection));
  }

  /** A baseline of windows of the present level that nobody has selected. */
  private StoredBaseline past() {
    List<ImportanceSnapshot> windows = new ArrayList<>();
    for (int i = 0; i < M; i++) {
      windows.add(snapshot());
    }
    return StoredBaseline.of(
        Traffic.MODEL,
        VERSION,
        Origin.HISTORY,
        7,
        "ada",
        null,
        Baseline.of(windows, Traffic.model().drift()));
  }

  @Test
  void aBaselineKeepsTheCountsOfItsWindowsAndTheirBinsStay() {
    traffic = counts(60, 40);
    windows(M);
    StoredBaseline live = baselines().get(0);
    traffic = counts(10, 90);
    DriftReading reading = windows(1);

    assertThat(live.baseline().traffic()).isEqualTo(counts(60 * M, 40 * M));
    assertThat(driver.<String, BaselineChoice>getKeyValueStore(BaselineStores.CHOICES).all())
        .toIterable()
        .extracting(choice -> Objects.requireNonNull(choice.value.settled()).bins())
        .containsExactly(live.baseline().traffic());
    FeatureDrift inputs =
        Objects.requireNonNull(Objects.requireNonNull(reading.comparison()).inputs());
    assertThat(inputs.moved()).isEqualTo(1);
    assertThat(inputs.distance()).isEqualTo(0.5);
    assertThat(metrics.scrape())
        .contains("gradwatch_input_drift_features{model=\"" + Traffic.MODEL + "\"} 1.0");
  }

  @Test
  void publishesWhatItMadeItselfUnderItsIdAndComparesWithIt() {
    assertThat(windows(M + 5).status()).isEqualTo(DriftStatus.STABLE);

    assertThat(baselines())
        .singleElement()
        .satisfies(
            live -> {
              assertThat(live.origin()).isEqualTo(Origin.LIVE);
              assertThat(live.decision()).isZero();
              assertThat(live.baseline().windows()).isEqualTo(M);
            });
    assertThat(windows(1).baselineWindows()).isEqualTo(M);
  }

  @Test
  void approvingABaselineOfTheNewRegimeEndsTheDriftWithTheNextWindow() {
    windows(M + 60);
    StoredBaseline live = baselines().get(0);
    level = 3;
    assertThat(windows(40).status()).isEqualTo(DriftStatus.DRIFT);
    StoredBaseline regime = past();
    send(BaselineEntry.of(regime));
    assertThat(windows(1).status()).as("stored, not approved").isEqualTo(DriftStatus.DRIFT);

    select(new BaselineCatalogue(null, List.of(live, regime)).approve(regime.id(), false, NOW));

    assertThat(windows(1).status()).isEqualTo(DriftStatus.STABLE);
    List<Alert> changes = alerts.readValuesToList();
    assertThat(changes.get(changes.size() - 1).from()).isEqualTo(DriftStatus.DRIFT);
    assertThat(windows(30).status()).isEqualTo(DriftStatus.STABLE);
  }

  @Test
  void rollingBackComparesWithTheOneBeforeAgain() {
    windows(M + 60);
    StoredBaseline live = baselines().get(0);
    level = 3;
    StoredBaseline regime = past();
    send(BaselineEntry.of(regime));
    List<StoredBaseline> both = List.of(live, regime);
    BaselineSelection approved = new BaselineCatalogue(null, both).approve(regime.id(), false, NOW);
    select(approved);
    assertThat(windows(5).groups().get(0).scaleEffect()).isBetween(-0.2, 0.2);

    select(new BaselineCatalogue(approved, both).rollback(NOW));

    assertThat(windows(5).groups().get(0).scaleEffect()).isCloseTo(Math.log(3), within(0.2));
  }

  @Test
  void approvingTheActiveOneKeepsItsEvidence() {
    windows(M + 5);
    StoredBaseline live = baselines().get(0);
    level = 3;
    DriftReading before = windows(2);
    assertThat(before.evidence()).isPositive();

    select(new BaselineCatalogue(null, List.of(live)).pin(true, NOW));

    assertThat(windows(1).evidence()).isGreaterThan(before.evidence());
  }

  @Test
  void makesAnotherBaselineWhereTheSettingsChangedForGood() {
    windows(M + 5);
    baselines();
    samples = 2 * Traffic.K;

    DriftReading misfit = windows(M - 1);
    assertThat(misfit.status()).isEqualTo(DriftStatus.UNCALIBRATED);
    assertThat(misfit.reason())
        .isEqualTo(
            "the baseline does not fit: samples a window was 8 and is 16 now;"
                + " another one is being made: 19 of 20 windows");
    assertThat(windows(1).status()).isEqualTo(DriftStatus.STABLE);
    assertThat(baselines()).singleElement().matches(live -> live.origin() == Origin.LIVE);
    assertThat(windows(20).status()).isEqualTo(DriftStatus.STABLE);
  }

  @Test
  void returnsToTheBaselineAfterAFewWindowsThatDoNotFit() {
    windows(M + 5);
    baselines();
    samples = 2 * Traffic.K;
    windows(M - 1);
    samples = Traffic.K;
    assertThat(windows(1).status()).isEqualTo(DriftStatus.STABLE);
    samples = 2 * Traffic.K;

    assertThat(windows(M - 1).status()).as("it starts anew").isEqualTo(DriftStatus.UNCALIBRATED);
    assertThat(baselines()).isEmpty();
  }

  @Test
  void neverReplacesAPinnedBaseline() {
    windows(M + 5);
    select(new BaselineCatalogue(null, baselines()).pin(true, NOW));
    baselines();
    samples = 2 * Traffic.K;

    DriftReading misfit = windows(2 * M);

    assertThat(misfit.status()).isEqualTo(DriftStatus.UNCALIBRATED);
    assertThat(misfit.reason())
        .isEqualTo("the baseline does not fit: samples a window was 8 and is 16 now");
    assertThat(baselines()).isEmpty();
  }

  @Test
  void replacesAnUnpinnedOneOfPeopleKnowingTheirDecision() {
    windows(M + 5);
    select(new BaselineCatalogue(null, baselines()).pin(false, NOW));
    baselines();
    samples = 2 * Traffic.K;

    assertThat(windows(M).status()).isEqualTo(DriftStatus.STABLE);

    assertThat(baselines()).singleElement().extracting(StoredBaseline::decision).isEqualTo(1L);
    assertThat(windows(1).status()).isEqualTo(DriftStatus.STABLE);
  }

  @Test
  void aNewVersionStartsItsOwnWhateverIsPinned() {
    windows(M + 5);
    select(new BaselineCatalogue(null, baselines()).pin(true, NOW));
    baselines();
    version = NEXT;

    assertThat(windows(1).status()).isEqualTo(DriftStatus.CALIBRATING);
    assertThat(windows(M - 1).status()).isEqualTo(DriftStatus.STABLE);
    assertThat(baselines()).singleElement().matches(live -> live.version().equals(NEXT));
  }

  @Test
  void ignoresAndCountsWhatItCannotReadAndLosesNoWindow() {
    windows(M + 5);
    byte[] broken = "{\"format\":1,".getBytes(StandardCharsets.UTF_8);
    entries.pipeInput(OWNER + "/selection", broken);
    entries.pipeInput(OWNER + "/0123456789ab", broken);
    entries.pipeInput("nonsense", broken);
    entries.pipeInput(null, broken);
    entries.pipeInput(
        OWNER + "/selection", "{\"format\":2,\"number\":9}".getBytes(StandardCharsets.UTF_8));

    assertThat(windows(1).status()).isEqualTo(DriftStatus.STABLE);
    assertThat(metrics.scrape()).contains("gradwatch_baseline_records_ignored_total 5.0");
  }

  @Test
  void keepsWhatItComparesWithWhenASelectionNamesAnUnknownBaseline() {
    windows(M + 5);
    level = 3;
    assertThat(windows(2).evidence()).isPositive();
    select(new BaselineSelection(1, 1, "0123456789ab", List.of(), true, 1, "ada", null));

    DriftReading reading = windows(1);

    assertThat(reading.baselineWindows()).isEqualTo(M);
    assertThat(reading.evidence()).isPositive();
  }

  @Test
  void readsTheBareBaselinesOfOlderReleases() {
    Baseline bare = past().baseline();
    byte[] bytes = new JsonSerde<>(Baseline.class).serializer().serialize("", bare);
    entries.pipeInput(OWNER, bytes);

    assertThat(windows(1).status()).isEqualTo(DriftStatus.STABLE);
    assertThat(Objects.requireNonNull(BaselineEntry.parse(OWNER, bytes).stored()).origin())
        .isEqualTo(Origin.LIVE);
  }
}
