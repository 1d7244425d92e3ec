package io.gradwatch.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.LabelledRows;
import io.gradwatch.importance.Mailbox.Offer;
import io.gradwatch.importance.Outcome;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.ModelReport;
import io.gradwatch.sample.Field;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Priority;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.LabelSource;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleKey;
import io.gradwatch.window.Watermarks.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Labels of a topic of their own, on their way to the requests that they answer. */
class LabelTopologyTest {
  private static final long T = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final String LABELS = "digits.labels";
  private static final Duration WAIT = Duration.ofMinutes(1);
  private static final int ROWS = 4;
  private static final StreamModel MODEL =
      Traffic.labelled(ROWS, new LabelSource(LABELS, new Field.Key(), WAIT, 1 << 20));

  private final Metrics metrics = new Metrics();
  private final Device device = new Device();
  private @Nullable TopologyTestDriver driver;
  private int offset;

  /** Computes at once; labelled rows are as important as label-free ones, but for noise. */
  private static final class Device extends FakeDevice {
    private final Random noise = new Random(5);
    private double ratio = 1;

    @Override
    Outcome outcome(Offer window) {
      return computed(window.batch(), snapshot(window.batch()));
    }

    private ImportanceSnapshot snapshot(SampleBatch batch) {
      double mean = Math.exp(0.05 * noise.nextGaussian());
      double labelled = ratio * Math.exp(0.05 * noise.nextGaussian());
      return Traffic.snapshot(
          batch,
          List.of(
              new GroupImportance(
                  "w",
                  1,
                  1,
                  Map.of(
                      "taylor",
                      new Value(mean, null, 1, null),
                      "labelled-taylor",
                      new Value(labelled, null, 1, null)))),
          batch.labelled()
              ? new LabelledRows(
                  Math.min(ROWS, batch.samples().size()), Map.of("taylor", List.of(1.0)))
              : new LabelledRows(0, Map.of()));
    }
  }

  @AfterEach
  void stop() {
    if (driver != null) {
      driver.close();
    }
    metrics.close();
  }

  @Test
  void forwardsLabelsToTheirModelAndRefusesWhatIsNone() {
    TopologyTestDriver sampling =
        new TopologyTestDriver(
            SamplingTopology.of(List.of(MODEL), Traffic.TOPICS, () -> Traffic.busy(1), metrics),
            Traffic.properties("sampling"),
            Instant.ofEpochMilli(T));
    driver = sampling;
    TestInputTopic<byte[], byte[]> labels =
        sampling.createInputTopic(LABELS, new ByteArraySerializer(), new ByteArraySerializer());
    TestOutputTopic<String, SamplesRecord> samples =
        sampling.createOutputTopic(
            Traffic.TOPICS.samples(),
            new StringDeserializer(),
            new ProtobufSerde<>(SamplesRecord.parser()).deserializer());
    TestOutputTopic<byte[], byte[]> deadLetters =
        sampling.createOutputTopic(
            Traffic.TOPICS.deadLetters(), new ByteArrayDeserializer(), new ByteArrayDeserializer());

    labels.pipeInput(new TestRecord<>("17".getBytes(UTF_8), "3".getBytes(UTF_8)));
    labels.pipeInput(new TestRecord<>("18".getBytes(UTF_8), "no label".getBytes(UTF_8)));
    labels.pipeInput(new TestRecord<>(null, "3".getBytes(UTF_8), new RecordHeaders()));
    labels.pipeInput(new TestRecord<>("9".repeat(2000).getBytes(UTF_8), "3".getBytes(UTF_8)));

    TestRecord<String, SamplesRecord> forwarded = samples.readRecord();
    assertThat(samples.isEmpty()).isTrue();
    assertThat(forwarded.key()).isEqualTo(Traffic.MODEL);
    assertThat(forwarded.value().getLabel().getId()).isEqualTo("17");
    assertThat(forwarded.value().getLabel().getValuesList()).containsExactly(3.0);
    assertThat(deadLetters.readRecordsToList())
        .extracting(
            letter -> new String(letter.headers().lastHeader("gradwatch.message").value(), UTF_8))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("not JSON"),
            second ->
                assertThat(second).isEqualTo("the record has no id; expected the request's id"),
            third -> assertThat(third).isEqualTo("2001 bytes, payload-max-bytes is 1024"));
    assertThat(metrics.scrape())
        .contains(
            "gradwatch_labels_seen_total{model=\"digits\"} 4.0",
            "gradwatch_labels_refused_total{model=\"digits\"} 3.0");
  }

  @Test
  void computesTheLabelledRowsOfAWindowOnceItsLabelsHadTheirTime() {
    TestInputTopic<String, SamplesRecord> samples = importance();
    TestOutputTopic<String, WindowOutcome> outcomes = output(WindowOutcome.class);
    window(samples, 0);
    label(samples, 1, 5);
    label(samples, 3, 6);
    label(samples, 3, 7);
    label(samples, 999, 1);

    pass(WAIT.minusSeconds(5));
    assertThat(outcomes.readValuesToList()).hasSize(1);
    pass(Duration.ofSeconds(10));

    WindowOutcome labelled = outcomes.readValue();
    assertThat(labelled.method()).isEqualTo("labelled");
    assertThat(labelled.key()).endsWith("/" + T + "/labelled");
    SampleBatch batch = device.batches().get(1);
    assertThat(batch.labelled()).isTrue();
    assertThat(batch.samples())
        .extracting(InferenceSample::id, InferenceSample::label)
        .as("the last label of an id counts")
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("1", List.of(5.0)),
            org.assertj.core.groups.Tuple.tuple("3", List.of(7.0)));
    assertThat(metrics.scrape())
        .contains(
            "gradwatch_labels_joined_total{model=\"digits\"} 2.0",
            "gradwatch_samples_unlabelled_total{model=\"digits\",reason=\"expired\"} 6.0");
    pass(WAIT);
    assertThat(device.batches()).as("and never again").hasSize(2);
  }

  @Test
  void saysWhenNoLabelCame() {
    TestInputTopic<String, SamplesRecord> samples = importance();
    TestOutputTopic<String, WindowOutcome> outcomes = output(WindowOutcome.class);
    window(samples, 0);
    pass(WAIT.plusSeconds(5));

    List<WindowOutcome> all = outcomes.readValuesToList();

    assertThat(all).hasSize(2);
    assertThat(all.get(1).skipped()).isEqualTo("no-labels");
    assertThat(all.get(1).message()).isEqualTo("no label came for any of its 8 rows");
    assertThat(metrics.scrape()).doesNotContain("gradwatch_windows_skipped_total{");
  }

  @Test
  void alarmsOnTheConceptAloneWhenLabelsNoLongerAgree() {
    TestInputTopic<String, SamplesRecord> samples = importance();
    TestOutputTopic<String, DriftReading> readings =
        driver()
            .createOutputTopic(
                Traffic.TOPICS.drift(),
                new StringDeserializer(),
                new JsonSerde<>(DriftReading.class).deserializer());
    for (int number = 0; number < 75; number++) {
      device.ratio = number < 40 ? 1 : 4;
      int first = offset;
      window(samples, number);
      for (int i = 0; i < ROWS; i++) {
        label(samples, first + i, 1);
      }
      pass(WAIT.plusSeconds(1));
    }

    List<TestRecord<String, DriftReading>> all = readings.readRecordsToList();

    assertThat(last(all, "/concept").status()).isEqualTo(DriftStatus.DRIFT);
    assertThat(last(all, "ab").status()).isEqualTo(DriftStatus.STABLE);
  }

  private static DriftReading last(List<TestRecord<String, DriftReading>> all, String endOfKey) {
    return all.stream()
        .filter(record -> record.key().endsWith(endOfKey))
        .map(TestRecord::value)
        .reduce((a, b) -> b)
        .orElseThrow();
  }

  private TestInputTopic<String, SamplesRecord> importance() {
    TopologyTestDriver importance =
        new TopologyTestDriver(
            ImportanceTopology.of(
                List.of(MODEL),
                Traffic.TOPICS,
                3,
                () -> Traffic.busy(1),
                device::open,
                new ModelReport(metrics, 50),
                metrics),
            Traffic.properties("importance"),
            Instant.ofEpochMilli(T));
    driver = importance;
    TestInputTopic<String, SamplesRecord> samples =
        importance.createInputTopic(
            Traffic.TOPICS.samples(),
            new StringSerializer(),
            new ProtobufSerde<>(SamplesRecord.parser()).serializer());
    watermark(samples, T - 1);
    return samples;
  }

  private TopologyTestDriver driver() {
    return java.util.Objects.requireNonNull(driver);
  }

  private TestOutputTopic<String, WindowOutcome> output(Class<WindowOutcome> type) {
    return driver()
        .createOutputTopic(
            Traffic.TOPICS.importance(),
            new StringDeserializer(),
            new JsonSerde<>(type).deserializer());
  }

  /** A full window, closed. */
  private void window(TestInputTopic<String, SamplesRecord> samples, int number) {
    long start = T + number * Traffic.SIZE;
    for (int i = 0; i < Traffic.K; i++) {
      SampleKey key =
          new SampleKey(new Priority(0, Traffic.TOPIC, 0).of(offset), Traffic.TOPIC, 0, offset);
      Record<byte[], byte[]> record = new Record<>(null, Traffic.request(offset), start + i);
      samples.pipeInput(Traffic.MODEL, Envelope.sample(key, start + i, 1, record), T);
      offset++;
    }
    watermark(samples, start + Traffic.SIZE + Traffic.GRACE);
    pass(Duration.ofMillis(200));
  }

  private static void watermark(TestInputTopic<String, SamplesRecord> samples, long time) {
    samples.pipeInput(
        Traffic.MODEL, Envelope.watermark(new Source(Traffic.TOPIC, 0), time, false), T);
  }

  private static void label(TestInputTopic<String, SamplesRecord> samples, int id, double label) {
    samples.pipeInput(
        Traffic.MODEL,
        Envelope.label(new Source(LABELS, 0), Integer.toString(id), List.of(label)),
        T);
  }

  /** In steps, as time passes. */
  private void pass(Duration time) {
    for (long step = 0; step <= time.toMillis(); step += 1_000) {
      driver().advanceWallClockTime(Duration.ofMillis(Math.min(1_000, time.toMillis())));
    }
  }
}
