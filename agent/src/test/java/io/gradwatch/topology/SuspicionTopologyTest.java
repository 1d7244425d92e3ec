package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.importance.ContributorRequest;
import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.Contributors.TopSample;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.Mailbox.Offer;
import io.gradwatch.importance.Outcome;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.ModelReport;
import io.gradwatch.sample.Priority;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleKey;
import io.gradwatch.window.SampleReference;
import io.gradwatch.window.Watermarks.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a window is asked for what contributes most, and what comes of it. */
@SuppressWarnings("NullAway.Init") // set by start
class SuspicionTopologyTest {
  private static final long T = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final int QUIET = 25;
  private static final int ALL = 50;

  private final Metrics metrics = new Metrics();
  private final Device device = new Device();
  private TopologyTestDriver driver;
  private TestInputTopic<String, SamplesRecord> samples;
  private TestOutputTopic<String, DriftReading> readings;

  /** Its importance trebles after the quiet windows. */
  private static final class Device extends FakeDevice {
    @Override
    Outcome outcome(Offer window) {
      SampleBatch batch = window.batch();
      ContributorRequest request = window.request();
      Contributors found =
          request == null
              ? null
              : new Contributors(
                  request.groups().stream().map(ContributorRequest.OfGroup::name).toList(),
                  batch.samples().size(),
                  0,
                  List.of(
                      new TopSample(batch.references().get(0), batch.samples().get(0).id(), 0.5)),
                  List.of());
      return computed(batch, snapshot(batch).withContributors(found));
    }

    private static ImportanceSnapshot snapshot(SampleBatch batch) {
      long number = (batch.start() - T) / Traffic.SIZE;
      double noise = Math.exp(0.2 * new Random(number).nextGaussian());
      return Traffic.snapshot(batch, (number < QUIET ? 1 : 3) * noise);
    }

    /** The starts of the windows that it computed. */
    private List<Long> computed() {
      return batches().stream().map(SampleBatch::start).toList();
    }

    /** Of those, what had no other window waiting behind it. */
    private List<Long> alone() {
      return offers.stream()
          .filter(offer -> !offer.backlog())
          .map(offer -> offer.batch().start())
          .toList();
    }
  }

  private void start() {
    driver =
        new TopologyTestDriver(
            ImportanceTopology.of(
                List.of(Traffic.model()),
                Traffic.TOPICS,
                2 * ALL,
                () -> Traffic.busy(1),
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
    readings =
        driver.createOutputTopic(
            Traffic.TOPICS.drift(),
            new StringDeserializer(),
            new JsonSerde<>(DriftReading.class).deserializer());
    watermark(T - 1);
  }

  @AfterEach
  void stop() {
    driver.close();
    metrics.close();
  }

  private void watermark(long eventTime) {
    samples.pipeInput(
        Traffic.MODEL, Envelope.watermark(new Source(Traffic.TOPIC, 0), eventTime, false), T);
  }

  private void window(int number) {
    long start = T + number * Traffic.SIZE;
    Priority priority = new Priority(0, Traffic.TOPIC, 0);
    for (int i = 0; i < Traffic.K; i++) {
      long offset = 100L * number + i;
      SampleKey key = new SampleKey(priority.of(offset), Traffic.TOPIC, 0, offset);
      Record<byte[], byte[]> record = new Record<>(null, Traffic.request((int) offset), start + i);
      samples.pipeInput(Traffic.MODEL, Envelope.sample(key, start + i, 1, record), T);
    }
    watermark(start + Traffic.SIZE + Traffic.GRACE);
  }

  private void tick(int times) {
    for (int i = 0; i < times; i++) {
      driver.advanceWallClockTime(Duration.ofMillis(100));
    }
  }

  /** The readings where the device answers each window before the next one comes. */
  private List<DriftReading> oneByOne() {
    start();
    for (int number = 0; number < ALL; number++) {
      window(number);
      tick(3);
    }
    return readings.readValuesToList();
  }

  @Test
  void readingsNameSamplesFromTheWindowAfterTheFirstSuspicionOn() {
    List<DriftReading> all = oneByOne();

    assertThat(all).hasSize(ALL);
    assertThat(all).extracting(DriftReading::status).contains(DriftStatus.DRIFT);
    for (int i = 1; i < ALL; i++) {
      DriftStatus before = all.get(i - 1).status();
      boolean suspected = before == DriftStatus.WARNING || before == DriftStatus.DRIFT;
      Contributors found = all.get(i).contributors();
      assertThat(found != null).as("window %d after %s", i, before).isEqualTo(suspected);
      if (found != null) {
        TopSample sample = found.samples().get(0);
        SampleReference reference = Objects.requireNonNull(sample.reference());
        assertThat(reference.topic()).isEqualTo(Traffic.TOPIC);
        assertThat(reference.offset() / 100).isEqualTo(i);
        assertThat(sample.id()).isEqualTo(String.valueOf(reference.offset()));
      }
    }
  }

  @Test
  void readingsAreTheSameHoweverFarBehindTheDeviceIs() {
    List<DriftReading> undisturbed = oneByOne();
    assertThat(device.alone()).isEqualTo(device.computed());
    driver.close();
    device.offers.clear();

    start();
    for (int number = 0; number < ALL; number++) {
      window(number);
    }
    tick(3 * ALL);

    assertThat(readings.readValuesToList()).isEqualTo(undisturbed);
    assertThat(device.computed())
        .as("windows that were under way when a suspicion arose are computed once more")
        .hasSizeBetween(ALL, ALL + 10);
    assertThat(device.alone())
        .as("windows that the device may take its time for, also under suspicion")
        .containsOnly(T + (ALL - 1) * Traffic.SIZE);
  }
}
