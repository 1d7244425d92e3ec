package io.gradwatch.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradwatch.agent.SamplingParts;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.metrics.Metrics;
import io.gradwatch.topology.SamplingTopology;
import io.gradwatch.topology.SamplingTwins;
import io.gradwatch.topology.SourceView;
import io.gradwatch.topology.StreamModel;
import io.gradwatch.topology.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/** One way to read a topic, in a process that stays warm between readings. */
final class StreamReader {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Topics TOPICS = new Topics("bench.");

  private StreamReader() {}

  /** Ways to read a topic. */
  enum Way {
    /** A consumer that counts. */
    CONSUMER,
    /** A topology that does nothing. */
    IDLE,
    /** The sampling application. */
    SAMPLING,
    /** The same, parsing every record. */
    PARSING
  }

  /**
   * A reading from the first record of a topic.
   *
   * @param records that are read; the first and last hundredth are not measured
   * @param k sample of a window
   * @param windowSeconds of event time, see {@link StreamTopics#RATE}
   * @param models that read the topic
   * @param batchBytes of the producer; 0 for what the agent says
   * @param profile whether to say where the time goes
   */
  record Reading(
      String servers,
      Way way,
      StreamPayload payload,
      String topic,
      int records,
      int k,
      int windowSeconds,
      int models,
      int batchBytes,
      boolean profile) {}

  /** Starts a process for one way. */
  static Worker start() throws IOException {
    return Worker.start(StreamReader.class, List.of("-Xmx512m"));
  }

  public static void main(String[] arguments) throws Exception {
    ObjectMapper json = new ObjectMapper();
    Worker.answer(question -> read(json.treeToValue(question, Reading.class)));
  }

  private static Object read(Reading reading) throws Exception {
    Span span = new Span(reading.records() / 100, reading.records() * 99L / 100);
    try (HotSpots hotSpots = reading.profile() ? HotSpots.begin() : null) {
      if (reading.way() == Way.CONSUMER) {
        consume(reading, span);
      } else {
        stream(reading, span);
      }
      Span.Result result = span.await();
      Map<String, Object> answer = new HashMap<>();
      answer.put("rate", result.records() / result.seconds());
      answer.put("cpuMicros", 1e6 * result.cpuSeconds() / result.records());
      answer.put("hotSpots", hotSpots == null ? List.of() : hotSpots.end());
      return answer;
    }
  }

  private static void consume(Reading reading, Span span) {
    Properties properties = consumer(span, "");
    properties.put("bootstrap.servers", reading.servers());
    properties.put("isolation.level", "read_committed");
    properties.put("max.poll.records", 1_000); // as Kafka Streams does
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all = List.of(new TopicPartition(reading.topic(), 0));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      long count = 0;
      while (count < reading.records()) {
        count += consumer.poll(Duration.ofMillis(100)).count();
      }
    }
  }

  private static void stream(Reading reading, Span span) throws Exception {
    Path state = Files.createTempDirectory("gradwatch-bench-");
    GradwatchConfig config = config(reading, state);
    Properties properties = SamplingParts.properties(config, "bench-" + System.nanoTime());
    properties.putAll(consumer(span, "main.consumer."));
    properties.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    try (Metrics metrics = new Metrics()) {
      KafkaStreams streams = new KafkaStreams(topology(reading, config, metrics), properties);
      streams.start();
      span.await();
      streams.close(
          CloseOptions.timeout(PATIENCE)
              .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
      streams.cleanUp();
    }
  }

  private static Topology topology(Reading reading, GradwatchConfig config, Metrics metrics) {
    List<StreamModel> models = SamplingParts.models(config);
    return switch (reading.way()) {
      case IDLE, CONSUMER -> SamplingTwins.idle(reading.topic());
      case SAMPLING -> SamplingTopology.of(models, TOPICS, () -> SourceView.UNKNOWN, metrics);
      case PARSING -> SamplingTwins.parsing(models, TOPICS, reading.topic(), metrics);
    };
  }

  private static Properties consumer(Span span, String prefix) {
    Properties properties = new Properties();
    properties.put(
        prefix + ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, Span.Interceptor.class.getName());
    properties.put(prefix + Span.Interceptor.SPAN, span);
    return properties;
  }

  private static GradwatchConfig config(Reading reading, Path state) {
    String model =
        """
          - name: model-%d
            path: model.pt
            topics: [%s]
            start-from: earliest
            window: %ds
            samples: %d
            grace: 1s
        """;
    String models =
        IntStream.range(0, reading.models())
            .mapToObj(
                number ->
                    model.formatted(number, reading.topic(), reading.windowSeconds(), reading.k()))
            .collect(Collectors.joining());
    String batch = reading.batchBytes() == 0 ? "" : "  batch.size: " + reading.batchBytes();
    String all =
        """
        kafka:
          bootstrap.servers: %s
        %s
        state-dir: %s
        roles: [sampling]
        replication-factor: 1
        models:
        %s"""
            .formatted(reading.servers(), batch, state, models);
    return GradwatchConfig.parse(all, "benchmark", Map.of());
  }
}
