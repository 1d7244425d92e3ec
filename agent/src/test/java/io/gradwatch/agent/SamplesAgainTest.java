package io.gradwatch.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.payload.PayloadReader;
import io.gradwatch.window.SampleReference;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SamplesAgainTest {
  private static final TopicPartition PARTITION = new TopicPartition("requests", 1);
  private static final int DELETED = 3;
  private static final byte[] TWO_ROWS =
      """
      {"id": "both", "inputs": [{"name": "x", "datatype": "FP32", "shape": [2, 1], "data": [5, 6]}]}
      """
          .getBytes(UTF_8);
  private static AnyBroker broker;

  @BeforeAll
  static void send() throws Exception {
    broker = AnyBroker.start();
    Map<String, Object> kafka = kafka();
    try (Admin admin = Admin.create(kafka);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
      admin.createTopics(List.of(new NewTopic("requests", 2, (short) 1))).all().get();
      for (String value : List.of("gone", "gone", "gone", "no sample", "")) {
        producer.send(new ProducerRecord<>("requests", 1, null, value.getBytes(UTF_8))).get();
      }
      producer.send(new ProducerRecord<>("requests", 1, null, TWO_ROWS)).get();
      admin.deleteRecords(Map.of(PARTITION, RecordsToDelete.beforeOffset(DELETED))).all().get();
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void readsTheRowsOfARecord() {
    Map<SampleReference, Optional<InferenceSample>> found = read(at(5, 0), at(5, 1), at(5, 2));

    assertThat(sample(found, 0).inputs().get(0).values()).containsExactly(5);
    assertThat(sample(found, 1).inputs().get(0).values()).containsExactly(6);
    assertThat(sample(found, 1).id()).isEqualTo("both");
    assertThat(found.get(at(5, 2))).as("there are two rows").isEmpty();
  }

  @Test
  void saysThatARecordIsGone() {
    assertThat(read(at(0, 0), at(2, 0), at(5, 0), at(99, 0)))
        .satisfies(found -> assertThat(found.get(at(0, 0))).isEmpty())
        .satisfies(found -> assertThat(found.get(at(2, 0))).isEmpty())
        .satisfies(found -> assertThat(found.get(at(99, 0))).isEmpty())
        .satisfies(found -> assertThat(found.get(at(5, 0))).isPresent());
  }

  @Test
  void readsNoSampleOfWhatIsNone() {
    assertThat(read(at(3, 0), at(4, 0)).values()).containsOnly(Optional.empty());
  }

  private static InferenceSample sample(
      Map<SampleReference, Optional<InferenceSample>> found, int row) {
    return Objects.requireNonNull(found.get(at(5, row))).orElseThrow();
  }

  private static Map<SampleReference, Optional<InferenceSample>> read(
      SampleReference... references) {
    return SamplesAgain.read(kafka(), PayloadReader.AUTO, List.of(references));
  }

  private static SampleReference at(long offset, int row) {
    return new SampleReference("requests", 1, offset, row);
  }

  private static Map<String, Object> kafka() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }
}
