package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gradwatch.agent.ImportanceHistory.Query;
import io.gradwatch.importance.AnySnapshot;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.topology.ModelPartition;
import io.gradwatch.topology.Topics;
import io.gradwatch.topology.WindowOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ImportanceHistoryTest {
  private static final int PARTITIONS = 3;
  private static final Topics TOPICS = new Topics("gradwatch.");
  private static final ModelVersion OLD = new ModelVersion("1", "ab".repeat(32));
  private static final ModelVersion NEW = new ModelVersion("2", "cd".repeat(32));
  private static AnyBroker broker;

  @BeforeAll
  static void publish() throws Exception {
    broker = AnyBroker.start();
    broker.createTopic(TOPICS.importance(), PARTITIONS);
    try (KafkaProducer<String, byte[]> producer = producer()) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, "digits", outcome("digits", OLD, 1, 0.1, null));
      send(producer, "digits", outcome("digits", OLD, 0, 0.0, null));
      send(producer, "digits", outcome("digits", OLD, 0, 9.0, "shapley"));
      send(producer, "digits", skipped("digits", 2));
      send(producer, "digits", "{".getBytes(StandardCharsets.UTF_8));
      send(producer, "other", outcome("other", OLD, 7, 0.7, null));
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, "digits", outcome("digits", NEW, 9, 9.9, null));
      producer.abortTransaction();
      producer.beginTransaction();
      send(producer, "digits", outcome("digits", NEW, 3, 0.3, null));
      send(producer, "digits", outcome("digits", NEW, 4, 7.7, null));
      send(producer, "digits", outcome("digits", NEW, 4, 0.4, null));
      send(producer, "digits", outcome("digits", NEW, 5, 0.5, null));
      producer.commitTransaction();
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void readsTheComputedWindowsOfTheNewestVersionEachOnce() {
    assertThat(means(new Query("digits", null, null, null, Set.of())))
        .containsExactly(0.3, 0.4, 0.5);
  }

  @Test
  void readsTheWindowsOfANamedVersionInTimesOrder() {
    assertThat(means(new Query("digits", "1", null, null, Set.of()))).containsExactly(0.0, 0.1);
    assertThat(means(new Query("digits", "abababab", null, null, Set.of()))).hasSize(2);
    assertThat(means(new Query("digits", OLD.toString(), null, null, Set.of()))).hasSize(2);
  }

  @Test
  void leavesOutWhatReachesBeyondTheTwoInstants() {
    Query exactly =
        new Query(
            "digits", null, Instant.ofEpochMilli(4_000), Instant.ofEpochMilli(5_000), Set.of());
    assertThat(means(exactly)).containsExactly(0.4);
  }

  @Test
  void keepsOnlyTheMethodsAskedFor() {
    List<ImportanceSnapshot> windows =
        history().read(new Query("digits", null, null, null, Set.of("taylor")), found -> {});
    assertThat(windows)
        .allSatisfy(
            window -> assertThat(window.groups().get(0).methods()).containsOnlyKeys("taylor"));
  }

  @Test
  void saysWhatThereIsNoneOf() {
    Query unknown = new Query("digits", "3", Instant.EPOCH, null, Set.of());
    assertThatThrownBy(() -> history().read(unknown, found -> {}))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "topic gradwatch.importance holds no computed windows of model 'digits', version 3,"
                + " from 1970-01-01T00:00:00Z (1 records could not be read); let the agent run,"
                + " or widen the range");
  }

  @Test
  void saysThatTheTopicIsMissing() {
    ImportanceHistory elsewhere = new ImportanceHistory(kafka(), new Topics("elsewhere."));
    assertThatThrownBy(
            () -> elsewhere.read(new Query("digits", null, null, null, Set.of()), found -> {}))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("topic elsewhere.importance does not exist");
  }

  private static List<Double> means(Query query) {
    return history().read(query, found -> {}).stream()
        .map(
            window -> Objects.requireNonNull(window.groups().get(0).methods().get("taylor")).mean())
        .toList();
  }

  private static ImportanceHistory history() {
    return new ImportanceHistory(kafka(), TOPICS);
  }

  private static Map<String, Object> kafka() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  private static KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "history"),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  private static void send(KafkaProducer<String, byte[]> producer, String model, byte[] value) {
    int partition = ModelPartition.of(model, PARTITIONS);
    var unused =
        producer.send(
            new ProducerRecord<>(TOPICS.importance(), partition, model + "/anything", value));
  }

  private static byte[] outcome(
      String model, ModelVersion version, int second, double mean, @Nullable String method) {
    Value value = new Value(mean, null, 1, null);
    ImportanceSnapshot snapshot =
        AnySnapshot.of(
            model,
            version,
            second * 1_000L,
            second * 1_000L + 1_000,
            8,
            List.of(new GroupImportance("w", 1, 1, Map.of("taylor", value, "fisher", value))));
    return bytes(
        new WindowOutcome(
            WindowOutcome.FORMAT,
            model,
            snapshot.start(),
            snapshot.end(),
            null,
            null,
            snapshot,
            method));
  }

  private static byte[] skipped(String model, int second) {
    return bytes(
        new WindowOutcome(
            WindowOutcome.FORMAT,
            model,
            second * 1_000L,
            second * 1_000L + 1_000,
            "too-few",
            null,
            null,
            null));
  }

  private static byte[] bytes(WindowOutcome outcome) {
    try (JsonSerde<WindowOutcome> serde = new JsonSerde<>(WindowOutcome.class)) {
      return serde.serializer().serialize("", outcome);
    }
  }
}
