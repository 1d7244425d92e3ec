package io.gradwatch.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.Field;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Match;
import io.gradwatch.sample.Payload;
import io.gradwatch.sample.Priority;
import io.gradwatch.sample.SampleReader;
import io.gradwatch.sample.Selection;
import io.gradwatch.sample.payload.PayloadReader;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("NullAway.Init") // each test starts the driver with models of its own
class SelectionTopologyTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final long T = NOW.toEpochMilli() - 60_000;
  private static final byte[] BROKEN = "{".getBytes(StandardCharsets.UTF_8);

  private final Metrics metrics = new Metrics();
  private final Counting format = new Counting();
  private SourceView view = Traffic.busy(1);
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> inference;
  private TestOutputTopic<String, SamplesRecord> samples;
  private TestOutputTopic<byte[], byte[]> deadLetters;

  /** Counts how often something is parsed. */
  private static final class Counting implements SampleReader {
    private int parsed;

    @Override
    public List<InferenceSample> read(Payload payload) throws MalformedSampleException {
      parsed++;
      return PayloadReader.AUTO.read(payload);
    }
  }

  private void start(StreamModel... models) {
    driver =
        new TopologyTestDriver(
            SamplingTopology.of(
                Stream.of(models).map(model -> Traffic.reading(model, format)).toList(),
                Traffic.TOPICS,
                () -> view,
                metrics),
            Traffic.properties("sampling"),
            NOW);
    inference =
        driver.createInputTopic(
            Traffic.TOPIC, new ByteArraySerializer(), new ByteArraySerializer());
    samples =
        driver.createOutputTopic(
            Traffic.TOPICS.samples(),
            new StringDeserializer(),
            new ProtobufSerde<>(SamplesRecord.parser()).deserializer());
    deadLetters =
        driver.createOutputTopic(
            Traffic.TOPICS.deadLetters(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
    metrics.close();
  }

  private static Field field(String kind) {
    return switch (kind) {
      case "header" -> new Field.Header("service");
      case "key" -> new Field.Key();
      default -> new Field.Parameter("service");
    };
  }

  private static StreamModel matching(String kind, String value) {
    Match match = new Match(field(kind), Set.of(value));
    return Traffic.model(value, null, new Selection(List.of(match), null));
  }

  private static StreamModel segment(Field field, String value, String... all) {
    Selection.Segment segment =
        new Selection.Segment("m", new Match(field, Set.of(value)), Set.of(all));
    return Traffic.model("m@" + value, null, new Selection(List.of(), segment));
  }

  private void send(String kind, String value, int number, long eventTime) {
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    byte[] request = Traffic.request(number);
    switch (kind) {
      case "header" ->
          inference.pipeInput(
              new TestRecord<>(null, request, new RecordHeaders().add("service", text), eventTime));
      case "key" -> inference.pipeInput(text, request, eventTime);
      default -> inference.pipeInput(null, Traffic.request(number, "service", value), eventTime);
    }
  }

  private List<TestRecord<String, SamplesRecord>> forwarded() {
    return samples.readRecordsToList();
  }

  private static List<Long> offsets(List<TestRecord<String, SamplesRecord>> records, String key) {
    return records.stream()
        .filter(record -> record.key().equals(key) && record.value().hasSample())
        .map(record -> record.value().getSample().getOffset())
        .toList();
  }

  private static List<Long> smallest(List<Long> offsets) {
    Priority priority = new Priority(0, Traffic.TOPIC, 0);
    return offsets.stream()
        .sorted(Comparator.comparing(priority::of, Long::compareUnsigned))
        .limit(Traffic.K)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "header, 1",
    "header, 2",
    "header, 3",
    "key, 4",
    "key, 5",
    "parameter, 6",
    "parameter, 7",
  })
  void samplesTheBottomKOfAModelsOwnRecordsWhateverLiesBetween(String kind, long seed) {
    start(matching(kind, "a"), matching(kind, "b"));
    SplittableRandom random = new SplittableRandom(seed);
    List<Long> ofA = new ArrayList<>();
    List<Long> ofB = new ArrayList<>();
    for (int offset = 0; offset < 300; offset++) {
      int owner = random.nextInt(10);
      (owner < 1 ? ofA : owner < 6 ? ofB : new ArrayList<Long>()).add((long) offset);
      send(kind, owner < 1 ? "a" : owner < 6 ? "b" : "c", offset, T + offset);
    }
    List<TestRecord<String, SamplesRecord>> records = forwarded();
    assertThat(ofA).hasSizeGreaterThan(Traffic.K);
    assertThat(offsets(records, "a")).isSubsetOf(ofA).containsAll(smallest(ofA));
    assertThat(offsets(records, "b")).isSubsetOf(ofB).containsAll(smallest(ofB));
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"header", "key", "parameter"})
  void neitherSeesNorRefusesWhatIsAnotherModels(String kind) {
    start(matching(kind, "a"));
    send(kind, "a", 0, T);
    send(kind, "b", 1, T);
    tick();
    assertThat(metrics.scrape())
        .contains("gradwatch_samples_admitted_total{model=\"a\"} 1.0")
        .doesNotContain("gradwatch_samples_refused");
    assertThat(metrics.scrape())
        .as("what was parsed for it was seen")
        .contains("seen_total{model=\"a\"} " + (kind.equals("parameter") ? "2.0" : "1.0"));
    assertThat(format.parsed).isEqualTo(kind.equals("parameter") ? 2 : 1);
  }

  @ParameterizedTest
  @CsvSource({"header", "key", "parameter"})
  void closesWindowsByTheTimeOfOtherModelsRecords(String kind) {
    start(matching(kind, "a"));
    send(kind, "b", 0, T + Traffic.GRACE);
    send(kind, "b", 1, T + Traffic.SIZE + Traffic.GRACE);
    assertThat(forwarded())
        .extracting(record -> record.value().getWatermark().getEventTime())
        .containsExactly(T + Traffic.GRACE, T + Traffic.SIZE + Traffic.GRACE);
  }

  @Test
  void isIdleWhileOnlyOtherModelsRecordsWithoutItsEventTimeCome() {
    StreamModel model =
        Traffic.model(
            "a", "event-time", new Selection(List.of(new Match(field("key"), Set.of("a"))), null));
    start(model);
    tick();
    driver.advanceWallClockTime(Duration.ofSeconds(6));
    send("key", "b", 0, T);
    view = Traffic.endingAt(1, NOW.toEpochMilli() + 7_000);
    tick();
    assertThat(forwarded())
        .extracting(record -> record.value().getWatermark().getEventTime())
        .containsExactly(NOW.toEpochMilli() + 7_000 - 5_000);
  }

  @Test
  void parsesARecordOnceForAllSegments() {
    Field field = new Field.Parameter("service");
    start(segment(field, "a", "a", "b"), segment(field, "b", "a", "b"));
    for (int i = 0; i < 4; i++) {
      send("parameter", "b", i, T);
    }
    assertThat(format.parsed).isEqualTo(4);
    assertThat(offsets(forwarded(), "m@b")).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void countsRefusedRecordsOnceUnderTheModelWhereTheSegmentIsInTheValue() {
    Field field = new Field.Parameter("service");
    start(segment(field, "a", "a", "b"), segment(field, "b", "a", "b"));
    inference.pipeInput(null, BROKEN, T);
    inference.pipeInput(null, Traffic.request(1), 0);
    send("parameter", "a", 2, T);
    tick();
    assertThat(deadLetters.readRecordsToList()).hasSize(2);
    assertThat(metrics.scrape())
        .contains("gradwatch_samples_refused_total{model=\"m\",reason=\"malformed\"} 1.0")
        .contains("gradwatch_samples_refused_total{model=\"m\",reason=\"bad-time\"} 1.0")
        .contains("gradwatch_samples_seen_total{model=\"m\"} 3.0")
        .contains("gradwatch_samples_admitted_total{model=\"m@a\"} 1.0")
        .contains("gradwatch_samples_admitted_total{model=\"m@b\"} 0.0");
  }

  @Test
  void refusesUnderTheSegmentWhereItIsKnownUnparsed() {
    Field field = new Field.Key();
    start(segment(field, "a", "a", "b"), segment(field, "b", "a", "b"));
    inference.pipeInput("b".getBytes(StandardCharsets.UTF_8), BROKEN, T);
    assertThat(deadLetters.readRecordsToList()).hasSize(1);
    assertThat(metrics.scrape())
        .contains("gradwatch_samples_refused_total{model=\"m@b\",reason=\"malformed\"} 1.0");
  }

  @ParameterizedTest
  @CsvSource({"header", "key", "parameter"})
  void countsRecordsThatAreInNoSegment(String kind) {
    start(segment(field(kind), "a", "a", "b"), segment(field(kind), "b", "a", "b"));
    send(kind, "b", 0, T);
    send(kind, "c", 1, T);
    send(kind, "d", 2, T);
    inference.pipeInput(null, Traffic.request(3), T);
    tick();
    String metric = "gradwatch_samples_outside_segments_total{model=\"m\",reason=\"%s\"} ";
    assertThat(metrics.scrape())
        .contains(metric.formatted("unlisted") + "2.0")
        .contains(metric.formatted("absent") + "1.0");
  }

  @Test
  void takesTheRowsOfEachPredictedClassOutOfABatch() {
    Field field = new Field.PredictedClass("0", 0.0);
    start(segment(field, "0", "0", "1"), segment(field, "1", "0", "1"));
    String tensor = "[{\"name\":\"x\",\"shape\":[3,1],\"datatype\":\"FP32\",\"data\":[%s]}]";
    String batch =
        "{\"inputs\":" + tensor.formatted("1,2,3") + ",\"outputs\":" + tensor.formatted("-1,4,5");
    inference.pipeInput(null, (batch + "}").getBytes(StandardCharsets.UTF_8), T);
    inference.pipeInput(null, Traffic.request(1), T);
    tick();
    assertThat(forwarded())
        .filteredOn(record -> record.value().hasSample())
        .extracting(record -> record.key() + " " + record.value().getSample().getRows())
        .containsExactly("m@0 1", "m@1 2");
    assertThat(metrics.scrape())
        .contains("outside_segments_total{model=\"m\",reason=\"absent\"} 1.0");
  }

  private void tick() {
    driver.advanceWallClockTime(Duration.ofMillis(500));
  }
}
