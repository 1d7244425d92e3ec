package io.gradwatch.agent;

import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.SampleReader;
import io.gradwatch.window.SampleReference;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Samples that somebody wants to look at, read again from where their references say. Nothing that
 * Gradwatch keeps holds their values, so what the topic has deleted since is gone.
 *
 * <p>They are production data: for models with {@code show-samples} only, which is the caller's to
 * check. Reads without a consumer group and without commits; waits, so not for a stream thread.
 */
public final class SamplesAgain {
  private static final Duration BOUND = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(200);

  private SamplesAgain() {}

  /**
   * Reads them, each record once, also where several rows of it are wanted.
   *
   * @param kafka properties of the client
   * @return one entry a reference; empty where its record is gone, or no longer reads as a sample
   * @throws StartException if the topics cannot be read within 5 s a record
   */
  public static Map<SampleReference, Optional<InferenceSample>> read(
      Map<String, Object> kafka, SampleReader reader, Collection<SampleReference> references) {
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "gradwatch-samples");
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(BOUND.toMillis()));
    var bytes = new ByteArrayDeserializer();
    Map<Place, List<InferenceSample>> rows = new HashMap<>();
    try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, bytes, bytes)) {
      for (Place place : references.stream().map(Place::of).collect(Collectors.toSet())) {
        rows.put(place, read(consumer, place, reader));
      }
    } catch (KafkaException e) {
      throw new StartException(
          "samples cannot be read again (%s); check bootstrap.servers and the rights under 'kafka'"
              .formatted(e.getMessage()),
          e);
    }
    return references.stream()
        .distinct()
        .collect(
            Collectors.toMap(
                reference -> reference,
                reference -> row(rows.getOrDefault(Place.of(reference), List.of()), reference)));
  }

  private record Place(TopicPartition partition, long offset) {
    static Place of(SampleReference reference) {
      return new Place(
          new TopicPartition(reference.topic(), reference.partition()), reference.offset());
    }
  }

  private static Optional<InferenceSample> row(
      List<InferenceSample> rows, SampleReference reference) {
    return reference.row() < rows.size()
        ? Optional.of(rows.get(reference.row()))
        : Optional.empty();
  }

  private static List<InferenceSample> read(
      Consumer<byte[], byte[]> consumer, Place place, SampleReader reader) {
    consumer.assign(List.of(place.partition()));
    consumer.seek(place.partition(), place.offset());
    long deadline = System.nanoTime() + BOUND.toNanos();
    try {
      while (System.nanoTime() < deadline
          && consumer.position(place.partition()) <= place.offset()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          return record.offset() == place.offset() ? RecentSamples.rows(record, reader) : List.of();
        }
      }
    } catch (OffsetOutOfRangeException e) {
      return List.of();
    }
    if (consumer.position(place.partition()) > place.offset()) {
      return List.of();
    }
    throw new StartException(
        "%s@%d was not read within %d s; is the broker up?"
            .formatted(place.partition(), place.offset(), BOUND.toSeconds()));
  }
}
