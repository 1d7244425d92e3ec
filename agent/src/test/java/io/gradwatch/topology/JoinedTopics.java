package io.gradwatch.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gradwatch.importance.Mailbox.Offer;
import io.gradwatch.importance.Outcome;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.report.ModelReport;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.serde.ProtobufSerde;
import io.gradwatch.serde.v1.SamplesRecord;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.Watermarks.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/**
 * Both applications, one behind the other, on a topic of requests and one of responses. The device
 * keeps what it is offered and computes nothing.
 */
final class JoinedTopics implements AutoCloseable {
  static final String RESPONSES = "responses.digits";
  static final String ID = "x-request-id";

  final Metrics metrics = new Metrics();
  private final FakeDevice device =
      new FakeDevice() {
        @Override
        Outcome outcome(Offer window) {
          throw new IllegalStateException("it is stuck");
        }
      };
  private final TopologyTestDriver sampling;
  private final TopologyTestDriver importance;
  private final Map<String, TestInputTopic<byte[], byte[]>> inputs = new HashMap<>();
  private final TestOutputTopic<String, SamplesRecord> sampled;
  private final TestInputTopic<String, SamplesRecord> samples;
  private final TestOutputTopic<byte[], byte[]> deadLetters;

  /**
   * Starts them.
   *
   * @param begin event time of the watermark of both topics
   */
  JoinedTopics(StreamModel model, List<String> topics, long begin) {
    device.stuck = true;
    Map<Source, SourceView.Ends> ends = new HashMap<>();
    topics.forEach(
        topic -> ends.put(new Source(topic, 0), new SourceView.Ends(Long.MAX_VALUE, -1)));
    SourceView view = new SourceView(ends, 0);
    Instant now = Instant.ofEpochMilli(begin).plusSeconds(3_600);
    sampling =
        new TopologyTestDriver(
            SamplingTopology.of(List.of(model), Traffic.TOPICS, () -> view, metrics),
            properties("sampling"),
            now);
    importance =
        new TopologyTestDriver(
            ImportanceTopology.of(
                List.of(model),
                Traffic.TOPICS,
                100,
                () -> view,
                device::open,
                new ModelReport(metrics, 5),
                metrics),
            properties("importance"),
            now);
    for (String topic : topics) {
      inputs.put(
          topic,
          sampling.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer()));
    }
    sampled =
        sampling.createOutputTopic(
            Traffic.TOPICS.samples(),
            new StringDeserializer(),
            new ProtobufSerde<>(SamplesRecord.parser()).deserializer());
    deadLetters =
        sampling.createOutputTopic(
            Traffic.TOPICS.deadLetters(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    samples =
        importance.createInputTopic(
            Traffic.TOPICS.samples(),
            new StringSerializer(),
            new ProtobufSerde<>(SamplesRecord.parser()).serializer());
    topics.forEach(topic -> watermark(topic, begin));
  }

  /** What the device was offered. */
  List<SampleBatch> batches() {
    return device.batches();
  }

  /** Several of these may be open at a time. */
  private static Properties properties(String application) {
    Properties properties = Traffic.properties(application);
    try {
      Path folder = Files.createTempDirectory("gradwatch-test");
      folder.toFile().deleteOnExit();
      properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }

  /** Sends a record through both applications, and lets a moment pass. */
  void send(String topic, byte[] value, long time, Map<String, String> headers) {
    RecordHeaders all = new RecordHeaders();
    headers.forEach((name, text) -> all.add(name, text.getBytes(UTF_8)));
    input(topic).pipeInput(new TestRecord<>(null, value, all, time));
    Deque<SamplesRecord> forwarded = new ArrayDeque<>(sampled.readValuesToList());
    forwarded.forEach(record -> samples.pipeInput(Traffic.MODEL, record, time));
    // Counts are published with the tick.
    sampling.advanceWallClockTime(Duration.ofMillis(500));
    importance.advanceWallClockTime(Duration.ofMillis(100));
  }

  void request(int number, long time) {
    send(Traffic.TOPIC, Traffic.request(number), time, Map.of(ID, "id-" + number));
  }

  void response(int number, double answer, long time) {
    send(RESPONSES, Traffic.response(number, answer), time, Map.of(ID, "id-" + number));
  }

  /** Something that no model can read, but that has a time. */
  void watermark(String topic, long time) {
    send(topic, new byte[] {'?'}, time, Map.of());
  }

  int deadLetters() {
    return deadLetters.readRecordsToList().size();
  }

  /** The served answers of a batch by the number that was asked; NaN for none. */
  static Map<Integer, Double> answers(SampleBatch batch) {
    Map<Integer, Double> answers = new TreeMap<>();
    for (InferenceSample row : batch.samples()) {
      answers.put(
          (int) row.inputs().get(0).value(0),
          row.served().isEmpty() ? Double.NaN : row.served().get(0).value(0));
    }
    return answers;
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return java.util.Objects.requireNonNull(inputs.get(topic), topic);
  }

  @Override
  public void close() {
    sampling.close();
    importance.close();
    metrics.close();
  }
}
