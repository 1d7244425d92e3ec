package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.importance.Mailbox.Offer;
import io.gradwatch.importance.Outcome;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.ModelReport;
import io.gradwatch.sample.Field;
import io.gradwatch.sample.Match;
import io.gradwatch.sample.Priority;
import io.gradwatch.sample.Selection;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.Population;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two segments of one model through both topologies; only the device is a fake. */
class SegmentDriftTest {
  private static final long T = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final int WINDOW_RECORDS = 60;
  private static final int QUIET = 45;
  private static final Field REGION = new Field.Parameter("region");

  private final Metrics metrics = new Metrics();
  private final SplittableRandom random = new SplittableRandom(11);
  private final Device device = new Device();
  private final Map<String, TreeSet<SampleKey>> sent = new HashMap<>();
  private final List<TopologyTestDriver> drivers = new ArrayList<>();
  private TestInputTopic<byte[], byte[]> inference;
  private TestOutputTopic<String, SamplesRecord> sampled;
  private TestInputTopic<String, SamplesRecord> samples;
  private TestOutputTopic<String, DriftReading> readings;
  private int records;

  /** The importance of its one group is the mean of the inputs. */
  private static final class Device extends FakeDevice {
    @Override
    Outcome outcome(Offer window) {
      SampleBatch batch = window.batch();
      double mean =
          batch.samples().stream()
              .mapToDouble(sample -> sample.inputs().get(0).values()[0])
              .average()
              .orElseThrow();
      return computed(batch, Traffic.snapshot(batch, mean));
    }
  }

  private static StreamModel segment(String value) {
    Selection.Segment segment =
        new Selection.Segment("digits", new Match(REGION, Set.of(value)), Set.of("eu", "us"));
    return Traffic.model("digits@" + value, null, new Selection(List.of(), segment));
  }

  @BeforeEach
  void start() {
    List<StreamModel> models = List.of(segment("eu"), segment("us"));
    SourceView.Feed view = () -> Traffic.busy(1);
    TopologyTestDriver sampling =
        new TopologyTestDriver(
            SamplingTopology.of(models, Traffic.TOPICS, view, metrics),
            Traffic.properties("sampling"),
            Instant.ofEpochMilli(T));
    TopologyTestDriver importance =
        new TopologyTestDriver(
            ImportanceTopology.of(
                models,
                Traffic.TOPICS,
                3,
                view,
                device::open,
                new ModelReport(metrics, 50),
                metrics),
            Traffic.properties("importance"),
            Instant.ofEpochMilli(T));
    drivers.addAll(List.of(sampling, importance));
    inference =
        sampling.createInputTopic(
            Traffic.TOPIC, new ByteArraySerializer(), new ByteArraySerializer());
    ProtobufSerde<SamplesRecord> serde = new ProtobufSerde<>(SamplesRecord.parser());
    sampled =
        sampling.createOutputTopic(
            Traffic.TOPICS.samples(), new StringDeserializer(), serde.deserializer());
    samples =
        importance.createInputTopic(
            Traffic.TOPICS.samples(), new StringSerializer(), serde.serializer());
    readings =
        importance.createOutputTopic(
            Traffic.TOPICS.drift(),
            new StringDeserializer(),
            new JsonSerde<>(DriftReading.class).deserializer());
  }

  @AfterEach
  void stop() {
    drivers.forEach(TopologyTestDriver::close);
    metrics.close();
  }

  /** A window in which a fifth of the records is from the US, and a fifth from elsewhere. */
  private void window(int number, double factorInEurope) {
    long start = T + number * Traffic.SIZE;
    drivers.forEach(driver -> driver.advanceWallClockTime(Duration.ofMillis(Traffic.SIZE)));
    Priority priority = new Priority(0, Traffic.TOPIC, 0);
    for (int i = 0; i < WINDOW_RECORDS; i++) {
      String region = i % 5 == 0 ? "us" : i % 5 == 1 ? "apac" : "eu";
      double value = 1_000 * Math.exp(0.3 * random.nextGaussian());
      int input = (int) (region.equals("eu") ? factorInEurope * value : value);
      sent.computeIfAbsent(region + start, window -> new TreeSet<>())
          .add(new SampleKey(priority.of(records), Traffic.TOPIC, 0, records));
      records++;
      inference.pipeInput(null, Traffic.request(input, "region", region), start + i);
    }
    sampled
        .readRecordsToList()
        .forEach(record -> samples.pipeInput(record.key(), record.value(), T));
    drivers.forEach(driver -> driver.advanceWallClockTime(Duration.ofMillis(200)));
  }

  @Test
  void alarmsForTheSegmentThatDriftsAndForNoOther() {
    for (int number = 0; number < QUIET + 40; number++) {
      window(number, number < QUIET ? 1 : 2);
    }
    List<DriftReading> all = readings.readValuesToList();

    assertThat(all).extracting(DriftReading::model).containsOnly("digits@eu", "digits@us");
    assertThat(statuses(all, "digits@us")).endsWith(DriftStatus.STABLE);
    assertThat(statuses(all, "digits@us")).doesNotContain(DriftStatus.DRIFT);
    assertThat(statuses(all, "digits@eu")).contains(DriftStatus.STABLE, DriftStatus.DRIFT);
    assertThat(all)
        .filteredOn(reading -> reading.status() == DriftStatus.DRIFT)
        .allMatch(reading -> reading.start() >= T + QUIET * Traffic.SIZE);
  }

  private static List<DriftStatus> statuses(List<DriftReading> readings, String model) {
    return readings.stream()
        .filter(reading -> reading.model().equals(model))
        .map(DriftReading::status)
        .toList();
  }

  @Test
  void estimatesThePopulationOfEachSegment() {
    for (int number = 0; number < 8; number++) {
      window(number, 1);
    }
    assertThat(device.batches()).hasSizeGreaterThan(5);
    for (SampleBatch batch : device.batches()) {
      String region = batch.model().substring("digits@".length());
      TreeSet<SampleKey> smallest = new TreeSet<>();
      sent.getOrDefault(region + batch.start(), new TreeSet<>()).stream()
          .limit(Traffic.K)
          .forEach(smallest::add);
      assertThat(batch.population()).isEqualTo(Population.estimate(smallest, Traffic.K));
      assertThat(batch.samples())
          .hasSize(Traffic.K)
          .allMatch(sample -> region.equals(sample.parameters().get("region")));
    }
  }
}
