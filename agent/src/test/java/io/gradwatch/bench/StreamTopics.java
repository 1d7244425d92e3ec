package io.gradwatch.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes and fills the topics of the stream's benchmark. */
final class StreamTopics {
  /** Records a second of event time: 50 times a sample of 512. */
  static final int RATE = 25_600;

  private static final int DISTINCT = 1_000;

  private StreamTopics() {}

  /** Creates topics of one partition. */
  static void create(String servers, List<String> names) throws Exception {
    List<NewTopic> topics = new ArrayList<>();
    for (String name : names) {
      topics.add(new NewTopic(name, 1, (short) 1));
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin.createTopics(topics).all().get();
    }
  }

  /** Fills a topic with requests of the last hour, evenly spaced in event time. */
  @SuppressWarnings("FutureReturnValueIgnored") // flush waits, and the count is checked by reading
  static void fill(String servers, String topic, StreamPayload payload, int size, int records) {
    byte[][] bodies = new byte[DISTINCT][];
    for (int i = 0; i < DISTINCT; i++) {
      bodies[i] = payload.body(size, i);
    }
    long start = Instant.now().minus(Duration.ofHours(1)).getEpochSecond() / 600 * 600_000;
    Map<String, Object> properties =
        Map.of("bootstrap.servers", servers, "batch.size", 256 * 1024, "linger.ms", 5);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < records; i++) {
        long time = start + i * 1_000L / RATE;
        producer.send(new ProducerRecord<>(topic, 0, time, null, bodies[i % DISTINCT]));
      }
      producer.flush();
    }
  }
}
