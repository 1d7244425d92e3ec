package io.gradwatch.agent;

import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.SampleReader;
import io.gradwatch.topology.RecordFields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The newest requests of some topics, read without a consumer group and without commits. */
final class RecentSamples {
  /** As many as tell what is sent. */
  static final int FEW = 16;

  /** As many as hold requests together with their responses. */
  static final int MANY = 256;

  private static final Duration BOUND = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(200);

  private RecentSamples() {}

  /**
   * Reads the last records.
   *
   * @param kafka properties of the client
   * @param records at most
   * @return oldest first; what came within 5 s
   * @throws org.apache.kafka.common.KafkaException if the topics cannot be read
   */
  static List<ConsumerRecord<byte[], byte[]>> read(
      Map<String, Object> kafka, List<String> topics, int records) {
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "gradwatch-doctor");
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(BOUND.toMillis()));
    var bytes = new ByteArrayDeserializer();
    try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, bytes, bytes)) {
      return newest(consumer, topics, records);
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> newest(
      Consumer<byte[], byte[]> consumer, List<String> topics, int most) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      for (PartitionInfo info : consumer.partitionsFor(topic)) {
        partitions.add(new TopicPartition(topic, info.partition()));
      }
    }
    consumer.assign(partitions);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    ends.forEach(
        (partition, end) ->
            consumer.seek(partition, Math.max(begins.getOrDefault(partition, 0L), end - most)));
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    long deadline = System.nanoTime() + BOUND.toNanos();
    while (System.nanoTime() < deadline
        && ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      consumer.poll(POLL).forEach(records::add);
    }
    records.sort(Comparator.comparingLong(ConsumerRecord::timestamp));
    return records.subList(Math.max(0, records.size() - most), records.size());
  }

  /** None where the payload is malformed, which the agent refuses and counts, or a response. */
  static List<InferenceSample> rows(ConsumerRecord<byte[], byte[]> record, SampleReader reader) {
    byte[] value = record.value();
    try {
      return value == null ? List.of() : reader.read(RecordFields.payload(value, record.headers()));
    } catch (MalformedSampleException e) {
      return List.of();
    }
  }
}
