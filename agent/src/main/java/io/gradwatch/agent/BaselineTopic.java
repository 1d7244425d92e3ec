package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.drift.BaselineCatalogue;
import io.gradwatch.drift.BaselineSelection;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.topology.BaselineEntry;
import io.gradwatch.topology.ModelPartition;
import io.gradwatch.topology.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The baselines topic as a person sees it: read to its end, and written one record at a time.
 *
 * <p>A running agent takes what is written with its next window. One caller, one thread.
 */
public final class BaselineTopic {
  private final Map<String, Object> kafka;
  private final String topic;
  private int unreadable;

  public BaselineTopic(GradwatchConfig config) {
    kafka = config.kafka().values();
    topic = new Topics(config.topicPrefix()).baselines();
  }

  /** Its name, for messages. */
  public String name() {
    return topic;
  }

  /** Records that could not be read the last time; the agent ignores them too. */
  public int unreadable() {
    return unreadable;
  }

  /**
   * Reads the baselines of a model.
   *
   * @return a catalogue a version, the one whose newest baseline was made last at the end
   * @throws StartException if the topic is not there or cannot be read
   */
  public List<BaselineCatalogue> read(String model) {
    Map<String, Map<String, StoredBaseline>> stored = new LinkedHashMap<>();
    Map<String, BaselineSelection> selections = new HashMap<>();
    unreadable = 0;
    ModelRecords.forEach(
        kafka,
        topic,
        model,
        (key, value) -> {
          try {
            BaselineEntry entry = BaselineEntry.parse(key, value);
            if (entry.ofSelection()) {
              selections.put(entry.owner(), entry.selection());
            } else {
              put(stored.computeIfAbsent(entry.owner(), owner -> new LinkedHashMap<>()), entry);
            }
          } catch (IllegalArgumentException e) {
            unreadable++;
          }
        });
    List<BaselineCatalogue> catalogues = new ArrayList<>();
    stored.forEach(
        (owner, baselines) ->
            catalogues.add(new BaselineCatalogue(selections.get(owner), baselines.values())));
    catalogues.removeIf(catalogue -> catalogue.baselines().isEmpty());
    catalogues.sort(Comparator.comparingLong(BaselineTopic::newest));
    return catalogues;
  }

  private static void put(Map<String, StoredBaseline> baselines, BaselineEntry entry) {
    StoredBaseline baseline = entry.stored();
    if (baseline == null) {
      baselines.values().removeIf(old -> BaselineEntry.of(old).key().equals(entry.key()));
    } else {
      baselines.put(baseline.id(), baseline);
    }
  }

  private static long newest(BaselineCatalogue catalogue) {
    return catalogue.baselines().stream()
        .mapToLong(StoredBaseline::createdAt)
        .max()
        .orElse(Long.MIN_VALUE);
  }

  /**
   * Writes a record, waits until all replicas in sync have it, and reads it back.
   *
   * @throws StartException if it was not taken, or if somebody else wrote the same key meanwhile
   */
  public void write(String model, BaselineEntry entry) throws InterruptedException {
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, "gradwatch-baseline");
    properties.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    byte[] value = Objects.requireNonNull(entry.value());
    // The topic's own limit decides, not the client's.
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.max(1 << 20, 2 * value.length));
    properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    try (Producer<String, byte[]> producer =
        new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
      int partition = ModelPartition.of(model, producer.partitionsFor(topic).size());
      producer.send(new ProducerRecord<>(topic, partition, entry.key(), value)).get();
    } catch (ExecutionException e) {
      throw refused(entry, value, StartException.cause(e), e);
    } catch (KafkaException e) {
      throw refused(entry, value, String.valueOf(e.getMessage()), e);
    }
    verify(model, entry, value);
  }

  private StartException refused(BaselineEntry entry, byte[] value, String why, Exception e) {
    return new StartException(
        "record '%s' of %d bytes was not written to topic %s: %s; check that an agent created it, the rights, and its max.message.bytes"
            .formatted(entry.key(), value.length, topic, why),
        e);
  }

  private void verify(String model, BaselineEntry entry, byte[] written) {
    Map<String, byte[]> last = new HashMap<>();
    ModelRecords.forEach(
        kafka,
        topic,
        model,
        (key, value) -> {
          if (key.equals(entry.key())) {
            last.put(key, value == null ? new byte[0] : value);
          }
        });
    if (!Arrays.equals(written, last.get(entry.key()))) {
      throw new StartException(
          "topic %s holds another record '%s' than the one just written: somebody decided at the same time; look with 'gradwatch baseline list' and run this again"
              .formatted(topic, entry.key()));
    }
  }
}
