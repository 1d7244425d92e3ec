package io.gradwatch.agent;

import io.gradwatch.topology.ModelPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What one of Gradwatch's own topics says of a model: its committed records up to the end at the
 * call, read without a consumer group and without commits.
 */
final class ModelRecords {
  private static final Duration POLL = Duration.ofMillis(200);

  /** Nothing for so long means that the broker is gone, not that it is slow. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private ModelRecords() {}

  /** Takes one record. */
  @FunctionalInterface
  interface Reader {
    /**
     * Takes it.
     *
     * @param value null where the record deletes its key
     */
    void read(String key, byte @Nullable [] value);
  }

  /** Reads all records, oldest first, see the other. */
  static void forEach(Map<String, Object> kafka, String topic, String model, Reader reader) {
    forEach(kafka, topic, model, Instant.EPOCH, reader);
  }

  /**
   * Reads the records, oldest first.
   *
   * @param kafka properties of the client
   * @param from none that the broker appended before
   * @throws StartException if the topic is not there or cannot be read
   */
  static void forEach(
      Map<String, Object> kafka, String topic, String model, Instant from, Reader reader) {
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "gradwatch-history");
    properties.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    try (Consumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = partition(consumer, topic, model);
      consumer.assign(List.of(partition));
      long end = Objects.requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
      seek(consumer, partition, from, end);
      readTo(end, partition, consumer, model, reader);
    } catch (KafkaException e) {
      throw new StartException(
          "topic %s cannot be read (%s); check bootstrap.servers and the rights under 'kafka'"
              .formatted(topic, e.getMessage()),
          e);
    }
  }

  private static void seek(
      Consumer<String, byte[]> consumer, TopicPartition partition, Instant from, long end) {
    if (from.equals(Instant.EPOCH)) {
      consumer.seekToBeginning(List.of(partition));
      return;
    }
    OffsetAndTimestamp first =
        consumer.offsetsForTimes(Map.of(partition, from.toEpochMilli())).get(partition);
    consumer.seek(partition, first == null ? end : first.offset());
  }

  private static TopicPartition partition(
      Consumer<String, byte[]> consumer, String topic, String model) {
    List<PartitionInfo> partitions = consumer.partitionsFor(topic);
    if (partitions == null || partitions.isEmpty()) {
      throw new StartException(
          "topic %s does not exist; 'gradwatch run' with this configuration creates it"
              .formatted(topic));
    }
    return new TopicPartition(topic, ModelPartition.of(model, partitions.size()));
  }

  private static void readTo(
      long end,
      TopicPartition partition,
      Consumer<String, byte[]> consumer,
      String model,
      Reader reader) {
    long position = consumer.position(partition);
    long moved = System.nanoTime();
    while (position < end) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < end && isOf(model, record.key())) {
          reader.read(record.key(), record.value());
        }
      }
      // Markers of transactions move the position without a record.
      if (consumer.position(partition) > position) {
        position = consumer.position(partition);
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > SILENCE.toNanos()) {
        throw new StartException(
            "topic %s stopped at offset %d of %d: nothing came for %d s; is the broker up?"
                .formatted(partition.topic(), position, end, SILENCE.toSeconds()));
      }
    }
  }

  /** The samples topic has the model alone as its key. */
  private static boolean isOf(String model, @Nullable String key) {
    return key != null && (key.equals(model) || key.startsWith(model + "/"));
  }
}
