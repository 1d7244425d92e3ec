package io.gradwatch.agent;

import io.gradwatch.sample.Priority;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.window.BottomK;
import io.gradwatch.window.SampleDigest;
import io.gradwatch.window.SampleKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What must come out, computed again from what lies in the inference topic. */
public final class ExpectedWindows {
  private ExpectedWindows() {}

  /** The digest of the sample of every window by its start. */
  public static SortedMap<Long, String> digests(String servers, String topic, long size, int k) {
    return digests(servers, topic, size, k, record -> true);
  }

  /** The same of the records that can be part of a sample. */
  public static SortedMap<Long, String> digests(
      String servers,
      String topic,
      long size,
      int k,
      Predicate<ConsumerRecord<String, byte[]>> among) {
    SortedMap<Long, BottomK> windows = new TreeMap<>();
    Map<Integer, Priority> priorities = new HashMap<>();
    for (var record : all(servers, topic, new ByteArrayDeserializer())) {
      if (!among.test(record)) {
        continue;
      }
      long window = record.timestamp() - Math.floorMod(record.timestamp(), size);
      Priority priority =
          priorities.computeIfAbsent(record.partition(), p -> new Priority(0, topic, p));
      SampleKey key =
          new SampleKey(priority.of(record.offset()), topic, record.partition(), record.offset());
      windows
          .computeIfAbsent(window, w -> new BottomK(k, Long.MAX_VALUE))
          .offer(key, new BottomK.Extent(1, 1));
    }
    SortedMap<Long, String> digests = new TreeMap<>();
    windows.forEach(
        (window, sample) -> {
          SampleDigest digest = new SampleDigest();
          sample.keys().forEach(digest::add);
          digests.put(window, digest.hex());
        });
    return digests;
  }

  /** Every committed record of a topic, partition by partition. */
  public static <V> List<ConsumerRecord<String, V>> all(
      String servers, String topic, Deserializer<V> values) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", servers, "isolation.level", "read_committed");
    try (KafkaConsumer<String, V> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), values)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<String, V>> records = new java.util.ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }

  /** Every committed value of one of the agent's own topics in JSON, partition by partition. */
  public static <V> List<V> values(String servers, String topic, Class<V> type) {
    return all(servers, topic, new JsonSerde<>(type).deserializer()).stream()
        .map(ConsumerRecord::value)
        .toList();
  }
}
