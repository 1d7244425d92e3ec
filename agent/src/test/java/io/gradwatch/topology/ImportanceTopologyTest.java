package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.importance.AnySnapshot;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.Mailbox.Offer;
import io.gradwatch.importance.Outcome;
import io.gradwatch.importance.Parity;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.Alert;
import io.gradwatch.report.ModelReport;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Priority;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleDigest;
import io.gradwatch.window.SampleKey;
import io.gradwatch.window.Watermarks.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImportanceTopologyTest {
  private static final long T = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final int MAX_PENDING = 3;

  private final Metrics metrics = new Metrics();
  private final Device device = new Device();
  private int partitions = 1;
  private TopologyTestDriver driver;
  private TestInputTopic<String, SamplesRecord> samples;
  private TestOutputTopic<String, WindowOutcome> outcomes;
  private TestOutputTopic<String, DriftReading> readings;
  private TestOutputTopic<String, Alert> alerts;

  /** One group, and what else a test wants. */
  private static final class Device extends FakeDevice {
    private boolean broken;
    private boolean periodic;
    private ToDoubleFunction<SampleBatch> importance = batch -> 1;
    private Function<SampleBatch, @Nullable Parity> parity = batch -> null;

    @Override
    Outcome outcome(Offer window) {
      SampleBatch batch = window.batch();
      if (broken) {
        return new Outcome.Failed(key(batch), "inputs", "the sample has shape [3]");
      }
      return new Outcome.Computed(
          key(batch),
          snapshot(batch, "w", "taylor"),
          periodic ? List.of(snapshot(batch, "image", "attribution")) : List.of());
    }

    private ImportanceSnapshot snapshot(SampleBatch batch, String group, String method) {
      return Traffic.snapshot(
          batch,
          List.of(AnySnapshot.group(group, method, importance.applyAsDouble(batch))),
          null,
          parity.apply(batch));
    }
  }

  @BeforeEach
  void start() {
    driver =
        new TopologyTestDriver(
            ImportanceTopology.of(
                List.of(Traffic.model()),
                Traffic.TOPICS,
                MAX_PENDING,
                () -> Traffic.busy(partitions),
                device::open,
                new ModelReport(metrics, 50),
                metrics),
            Traffic.properties("importance"),
            Instant.ofEpochMilli(T));
    samples =
        driver.createInputTopic(
            Traffic.TOPICS.samples(),
            new StringSerializer(),
            new ProtobufSerde<>(SamplesRecord.parser()).serializer());
    outcomes = output(Traffic.TOPICS.importance(), WindowOutcome.class);
    readings = output(Traffic.TOPICS.drift(), DriftReading.class);
    alerts = output(Traffic.TOPICS.alerts(), Alert.class);
  }

  private <V> TestOutputTopic<String, V> output(String topic, Class<V> type) {
    return driver.createOutputTopic(
        topic, new StringDeserializer(), new JsonSerde<>(type).deserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
    metrics.close();
  }

  private static SampleKey key(int partition, long offset) {
    return new SampleKey(
        new Priority(0, Traffic.TOPIC, partition).of(offset), Traffic.TOPIC, partition, offset);
  }

  private void sample(int partition, long offset, long eventTime) {
    sample(partition, offset, eventTime, Traffic.request((int) offset));
  }

  private void sample(int partition, long offset, long eventTime, byte[] payload) {
    Record<byte[], byte[]> record = new Record<>(null, payload, Math.max(0, eventTime));
    samples.pipeInput(
        Traffic.MODEL, Envelope.sample(key(partition, offset), eventTime, 1, record), T);
  }

  private void watermark(int partition, long eventTime) {
    samples.pipeInput(
        Traffic.MODEL,
        Envelope.watermark(new Source(Traffic.TOPIC, partition), eventTime, false),
        T);
  }

  /** A full window, closed; its samples have offsets from {@code 100 * number}. */
  private void fullWindow(int number) {
    long start = T + number * Traffic.SIZE;
    for (int i = 0; i < Traffic.K; i++) {
      sample(0, 100L * number + i, start + i);
    }
    watermark(0, start + Traffic.SIZE + Traffic.GRACE);
  }

  /** Makes the window at T the first whole one. */
  private void begin() {
    watermark(0, T - 1);
  }

  private void tick() {
    driver.advanceWallClockTime(Duration.ofMillis(100));
    driver.advanceWallClockTime(Duration.ofMillis(100));
  }

  @Test
  void publishesOneOutcomeAWindowInOrder() {
    begin();
    for (int window = 0; window < 5; window++) {
      fullWindow(window);
      tick();
    }
    List<WindowOutcome> published = outcomes.readValuesToList();
    assertThat(published)
        .extracting(WindowOutcome::start)
        .containsExactly(T, T + 10_000, T + 20_000, T + 30_000, T + 40_000);
    assertThat(published).allMatch(outcome -> outcome.skipped() == null);
    assertThat(readings.readValuesToList())
        .hasSize(5)
        .allMatch(reading -> reading.status() == DriftStatus.CALIBRATING);
  }

  @Test
  void mergesPartitionsIntoTheSmallestPrioritiesOfAll() {
    partitions = 3;
    TreeSet<SampleKey> all = new TreeSet<>();
    Random random = new Random(5);
    for (int partition = 0; partition < 3; partition++) {
      watermark(partition, T - 1);
    }
    for (int i = 0; i < 60; i++) {
      int partition = random.nextInt(3);
      all.add(key(partition, i));
      sample(partition, i, T + i);
      sample(partition, i, T + i);
    }
    watermark(0, T + 12_000);
    watermark(1, T + 12_000);
    tick();
    assertThat(device.batches()).as("one partition holds the window").isEmpty();
    watermark(2, T + 12_000);
    tick();
    SampleDigest expected = new SampleDigest();
    all.stream().limit(Traffic.K).forEach(expected::add);
    assertThat(device.batches())
        .singleElement()
        .extracting(SampleBatch::digest)
        .isEqualTo(expected.hex());
    assertThat(device.batches().get(0).samples())
        .extracting(InferenceSample::id)
        .containsExactlyElementsOf(
            all.stream().limit(Traffic.K).map(key -> Long.toString(key.offset())).toList());
  }

  @Test
  void ignoresASampleThatItsOwnPartitionHadPassed() {
    partitions = 2;
    watermark(0, T - 1);
    watermark(1, T - 1);
    for (int i = 0; i < Traffic.K; i++) {
      sample(1, i, T + i);
    }
    watermark(0, T + 12_000);
    sample(0, 999, T + 5);
    watermark(1, T + 12_000);
    tick();
    assertThat(device.batches()).hasSize(1);
    assertThat(device.batches().get(0).samples())
        .extracting(InferenceSample::id)
        .doesNotContain("999");
  }

  @Test
  void joinsAShortWindowWithTheNextAndSkipsWhatStaysShort() {
    begin();
    sample(0, 1, T);
    watermark(0, T + 12_000);
    for (int i = 10; i < 10 + Traffic.K; i++) {
      sample(0, i, T + 10_000);
    }
    watermark(0, T + 22_000);
    sample(0, 50, T + 20_000);
    watermark(0, T + 52_000);
    tick();
    assertThat(outcomes.readValuesToList())
        .extracting(WindowOutcome::start, WindowOutcome::end, WindowOutcome::skipped)
        .containsExactly(tuple(T, T + 20_000, null), tuple(T + 20_000, T + 50_000, "too-few"));
    assertThat(device.batches()).hasSize(1);
    assertThat(device.batches().get(0).samples()).hasSize(Traffic.K);
  }

  @Test
  void dropsTheFirstWindowThatNobodySawWhole() {
    sample(0, 1, T + 3);
    watermark(0, T + 3);
    fullWindow(0);
    fullWindow(1);
    tick();
    assertThat(outcomes.readValuesToList())
        .extracting(WindowOutcome::start)
        .containsExactly(T + 10_000);
  }

  @Test
  void publishesAPeriodicMethodAsARecordOfItsOwnThatDriftDoesNotScore() {
    begin();
    device.periodic = true;
    fullWindow(0);
    tick();
    String window = "digits/" + Traffic.VERSION + "/" + T;
    assertThat(outcomes.readKeyValuesToList())
        .extracting(record -> record.key, record -> record.value.method())
        .containsExactly(tuple(window, null), tuple(window + "/attribution", "attribution"));
    assertThat(readings.readValuesToList()).hasSize(1);
    assertThat(metrics.scrape())
        .contains(
            "gradwatch_importance_mean{group=\"w\",method=\"taylor\",model=\"digits\"} 1.0",
            "gradwatch_importance_mean{group=\"image\",method=\"attribution\",model=\"digits\"} 1.0",
            "gradwatch_windows_done_total{model=\"digits\"} 1.0");
  }

  @Test
  void saysWhyTheDeviceCouldNotComputeAWindow() {
    begin();
    device.broken = true;
    fullWindow(0);
    tick();
    WindowOutcome outcome = outcomes.readValue();
    assertThat(outcome.skipped()).isEqualTo("inputs");
    assertThat(outcome.message()).isEqualTo("the sample has shape [3]");
    assertThat(metrics.scrape())
        .contains("gradwatch_windows_skipped_total{model=\"digits\",reason=\"inputs\"} 1.0");
  }

  @Test
  void handsServedOutputsToTheDeviceAndPublishesWhatItSaysOfThem() {
    begin();
    device.parity = batch -> new Parity(0.25, batch.samples().size(), 0, null);
    for (int i = 0; i < Traffic.K; i++) {
      sample(0, i, T + i, Traffic.answered(i, 0.5 * i));
    }
    watermark(0, T + Traffic.SIZE + Traffic.GRACE);
    tick();
    assertThat(device.batches().get(0).samples())
        .allSatisfy(
            sample ->
                assertThat(sample.served().get(0).values())
                    .containsExactly(0.5 * Integer.parseInt(Objects.requireNonNull(sample.id()))));
    assertThat(Objects.requireNonNull(outcomes.readValue().snapshot()).parity())
        .isEqualTo(new Parity(0.25, Traffic.K, 0, null));
    assertThat(metrics.scrape()).contains("gradwatch_parity_error_ratio{model=\"digits\"} 0.25");
  }

  @Test
  void waitsForAStuckDeviceWithoutSheddingWhatMakesABaseline() {
    begin();
    device.stuck = true;
    for (int window = 0; window < 10; window++) {
      fullWindow(window);
      tick();
    }
    assertThat(outcomes.isEmpty()).isTrue();
    assertThat(device.batches()).as("two are handed over, not more").hasSize(2);
    device.resume();
    for (int i = 0; i < 10; i++) {
      tick();
    }
    assertThat(outcomes.readValuesToList()).hasSize(10).allMatch(o -> o.snapshot() != null);
  }

  @Test
  void shedsTheOldestWhenTooManyWaitAfterTheBaselineIsMade() {
    baseline();
    device.stuck = true;
    for (int window = 30; window < 40; window++) {
      fullWindow(window);
      tick();
    }
    device.resume();
    for (int i = 0; i < 10; i++) {
      tick();
    }
    List<WindowOutcome> published = outcomes.readValuesToList();
    assertThat(published).extracting(WindowOutcome::start).isSorted().hasSize(10);
    assertThat(published)
        .extracting(WindowOutcome::skipped)
        .as("two were at the device, the newest one of three pending is kept beside them")
        .containsExactly(null, null, "shed", "shed", "shed", "shed", "shed", "shed", "shed", null);
  }

  /** Thirty windows with noise, of which twenty make the baseline. */
  private void baseline() {
    begin();
    Random noise = new Random(11);
    device.importance = batch -> Math.exp(0.05 * noise.nextGaussian());
    for (int window = 0; window < 30; window++) {
      fullWindow(window);
      tick();
    }
    outcomes.readValuesToList();
  }

  @Test
  void turnsALastingChangeIntoAnAlert() {
    baseline();
    List<DriftReading> quiet = readings.readValuesToList();
    assertThat(quiet.get(quiet.size() - 1).status()).isEqualTo(DriftStatus.STABLE);
    device.importance = batch -> 3;
    for (int window = 30; window < 60; window++) {
      fullWindow(window);
      tick();
    }
    List<Alert> changes = alerts.readValuesToList();
    assertThat(changes.get(changes.size() - 1).to()).isEqualTo(DriftStatus.DRIFT);
    assertThat(metrics.scrape())
        .contains("gradwatch_drift_status{model=\"digits\",status=\"drift\"} 1.0");
  }

  @Test
  void ignoresModelsThatAreNoLongerConfigured() {
    samples.pipeInput("gone", Envelope.watermark(new Source("t", 0), T, false), T);
    begin();
    fullWindow(0);
    tick();
    assertThat(outcomes.readValuesToList()).hasSize(1);
  }
}
