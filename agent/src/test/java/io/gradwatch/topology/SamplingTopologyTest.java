package io.gradwatch.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gradwatch.metrics.Metrics;
import io.gradwatch.sample.Priority;
import io.gradwatch.sample.Selection;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SamplingTopologyTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final long T = NOW.toEpochMilli() - 60_000;

  private final Metrics metrics = new Metrics();
  private SourceView view = Traffic.busy(1);
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> inference;
  private TestOutputTopic<String, SamplesRecord> samples;
  private TestOutputTopic<byte[], byte[]> deadLetters;

  @BeforeEach
  void start() {
    start(Traffic.model());
  }

  private void start(StreamModel model) {
    driver =
        new TopologyTestDriver(
            SamplingTopology.of(List.of(model), Traffic.TOPICS, () -> view, metrics),
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

  private void send(int number, long eventTime) {
    inference.pipeInput(null, Traffic.request(number), eventTime);
  }

  private List<SamplesRecord> forwarded() {
    return samples.readValuesToList();
  }

  @Test
  void keepsTheBottomKOfEveryWindowAmongWhatItForwards() {
    int records = 400;
    for (int i = 0; i < records; i++) {
      send(i, T + i);
    }
    Priority priority = new Priority(0, Traffic.TOPIC, 0);
    List<Long> expected =
        LongStream.range(0, records)
            .boxed()
            .sorted(Comparator.comparing(priority::of, Long::compareUnsigned))
            .limit(Traffic.K)
            .toList();
    List<Long> offsets =
        forwarded().stream()
            .filter(SamplesRecord::hasSample)
            .map(record -> record.getSample().getOffset())
            .toList();
    assertThat(offsets).containsAll(expected).hasSizeLessThan(records / 4);
  }

  @Test
  void keysByModelAndKeepsBytesAndPlace() {
    send(7, T);
    TestRecord<String, SamplesRecord> record = samples.readRecord();
    assertThat(record.key()).isEqualTo("digits");
    SamplesRecord value = record.value();
    assertThat(value.getSource().getTopic()).isEqualTo(Traffic.TOPIC);
    assertThat(value.getSample().getEventTime()).isEqualTo(T);
    assertThat(value.getSample().getRows()).isEqualTo(1);
    assertThat(value.getSample().getValue().toByteArray()).isEqualTo(Traffic.request(7));
  }

  @Test
  void forwardsTheWatermarkWhenItPassesACloseTime() {
    send(0, T + Traffic.GRACE);
    send(1, T + Traffic.SIZE + Traffic.GRACE - 1);
    send(2, T + Traffic.SIZE + Traffic.GRACE);
    assertThat(watermarks()).containsExactly(T + Traffic.GRACE, T + Traffic.SIZE + Traffic.GRACE);
  }

  @Test
  void letsTheClockCloseWindowsOfASilentPartitionThatWasReadToItsEnd() {
    send(0, NOW.toEpochMilli());
    driver.advanceWallClockTime(Duration.ofSeconds(20));
    assertThat(watermarks()).as("records are left").containsExactly(NOW.toEpochMilli());
    view = Traffic.endingAt(1, NOW.toEpochMilli() + 20_000);
    driver.advanceWallClockTime(Duration.ofMillis(500));
    assertThat(watermarks()).containsExactly(NOW.toEpochMilli() + 20_000 - 5_000);
  }

  @Test
  void callsNoPartitionSilentByWhatItHeardBeforeItWasCutOff() {
    send(0, NOW.toEpochMilli());
    view = Traffic.endingAt(1, NOW.toEpochMilli() + 4_999);
    driver.advanceWallClockTime(Duration.ofSeconds(20));
    assertThat(watermarks()).containsExactly(NOW.toEpochMilli());
    send(1, NOW.toEpochMilli() + 1_000);
    assertThat(forwarded()).as("no late record").filteredOn(SamplesRecord::hasSample).hasSize(1);
  }

  private List<Long> watermarks() {
    return forwarded().stream()
        .filter(SamplesRecord::hasWatermark)
        .map(record -> record.getWatermark().getEventTime())
        .toList();
  }

  @Test
  void sendsWhatIsNoSampleToTheDeadLettersWithTheReason() {
    byte[] bad = "{\"inputs\":".getBytes(StandardCharsets.UTF_8);
    inference.pipeInput(new TestRecord<>(new byte[] {1}, bad, Instant.ofEpochMilli(T)));
    send(1, T);
    TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
    assertThat(letter.key()).isEqualTo(new byte[] {1});
    assertThat(letter.value()).isEqualTo(bad);
    assertThat(letter.timestamp()).as("kept by retention").isEqualTo(NOW.toEpochMilli());
    assertThat(header(letter.headers(), "gradwatch.reason")).isEqualTo("malformed");
    assertThat(letter.headers())
        .extracting(Header::key)
        .containsAll(AsyncApiDocument.DEAD_LETTER_HEADERS.keySet())
        .filteredOn(name -> name.startsWith("gradwatch."))
        .hasSameSizeAs(AsyncApiDocument.DEAD_LETTER_HEADERS.keySet());
    assertThat(header(letter.headers(), "gradwatch.message")).isNotBlank();
    assertThat(header(letter.headers(), "gradwatch.topic")).isEqualTo(Traffic.TOPIC);
    assertThat(header(letter.headers(), "gradwatch.offset")).isEqualTo("0");
    assertThat(forwarded().stream().filter(SamplesRecord::hasSample)).hasSize(1);
    assertThat(metrics.scrape())
        .contains("gradwatch_samples_refused_total{model=\"digits\",reason=\"malformed\"} 1.0");
  }

  @Test
  void refusesRecordsWithoutAValueATimeOrASensibleSize() {
    inference.pipeInput(null, null, T);
    inference.pipeInput(null, Traffic.request(1), 0);
    inference.pipeInput(null, Traffic.request(2), NOW.toEpochMilli() + 1_001);
    inference.pipeInput(null, new byte[1025], T);
    List<String> reasons = new ArrayList<>();
    deadLetters
        .readRecordsToList()
        .forEach(letter -> reasons.add(header(letter.headers(), "gradwatch.reason")));
    assertThat(reasons).containsExactly("malformed", "bad-time", "future", "too-large");
  }

  @Test
  void cutsTheDeadLetterOfARecordThatItsTopicWouldNotTake() {
    Headers large = new RecordHeaders().add("trace", new byte[2000]);
    inference.pipeInput(new TestRecord<>(null, Traffic.request(1), large, T));
    inference.pipeInput(new TestRecord<>(null, new byte[5000], null, T));
    assertThat(forwarded().stream().filter(SamplesRecord::hasSample)).isEmpty();
    List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();
    assertThat(letters)
        .extracting(letter -> header(letter.headers(), "gradwatch.reason"))
        .containsExactly("too-large", "too-large");
    assertThat(letters.get(0).headers().lastHeader("trace")).isNull();
    assertThat(letters.get(1).value()).hasSize(1024);
    assertThat(header(letters.get(1).headers(), "gradwatch.size")).isEqualTo("5000");
  }

  @Test
  void countsWhatItSees() {
    send(0, T + Traffic.SIZE + Traffic.GRACE);
    send(1, T);
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(metrics.scrape())
        .contains("gradwatch_samples_seen_total{model=\"digits\"} 2.0")
        .contains("gradwatch_samples_admitted_total{model=\"digits\"} 1.0")
        .contains("gradwatch_samples_late_total{model=\"digits\"} 1.0");
  }

  @Test
  void passesOverAResponseThatStandsAlone() {
    inference.pipeInput(null, "{\"predictions\": [1]}".getBytes(UTF_8), T);
    inference.pipeInput(null, "{\"instances\": [[1, 2]]}".getBytes(UTF_8), T + 1);

    assertThat(deadLetters.isEmpty()).isTrue();
    assertThat(forwarded().stream().filter(SamplesRecord::hasSample))
        .extracting(record -> record.getSample().getOffset())
        .containsExactly(1L);
  }

  @Test
  void refusesTwoStartsOfOneTopic() {
    StreamModel one = Traffic.model();
    StreamModel other =
        new StreamModel(
            "other",
            one.topics(),
            AutoOffsetReset.latest(),
            null,
            one.reader(),
            one.window(),
            one.drift(),
            null,
            one.selection(),
            0,
            null,
            null,
            null);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> SamplingTopology.of(List.of(one, other), Traffic.TOPICS, () -> view, metrics))
        .withMessageContaining("start-from");
  }

  @Test
  void takesTheEventTimeFromTheHeaderThatIsNamed() {
    driver.close();
    start(Traffic.model("digits", "event-time", Selection.ALL));
    long elsewhere = T + 5 * Traffic.SIZE;
    sendAt(Long.toString(T + Traffic.GRACE), elsewhere);
    sendAt(" " + (T + Traffic.SIZE + Traffic.GRACE) + "\n", elsewhere);
    sendAt(Long.toString(T), elsewhere);
    List<SamplesRecord> forwarded = forwarded();
    assertThat(forwarded.stream().filter(SamplesRecord::hasSample))
        .as("the third one is late")
        .extracting(record -> record.getSample().getEventTime())
        .containsExactly(T + Traffic.GRACE, T + Traffic.SIZE + Traffic.GRACE);
    assertThat(forwarded.stream().filter(SamplesRecord::hasWatermark)).hasSize(2);
  }

  @Test
  void refusesARecordWithoutATimeInTheHeaderThatIsNamed() {
    driver.close();
    start(Traffic.model("digits", "event-time", Selection.ALL));
    send(0, T);
    sendAt("yesterday", T);
    sendAt("-5", T);
    assertThat(deadLetters.readRecordsToList())
        .extracting(letter -> header(letter.headers(), "gradwatch.reason"))
        .containsExactly("bad-time", "bad-time", "bad-time");
    assertThat(forwarded()).isEmpty();
  }

  private void sendAt(String header, long timestamp) {
    Headers headers =
        new RecordHeaders().add("event-time", header.getBytes(StandardCharsets.UTF_8));
    inference.pipeInput(new TestRecord<>(null, Traffic.request(1), headers, timestamp));
  }

  private static String header(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
