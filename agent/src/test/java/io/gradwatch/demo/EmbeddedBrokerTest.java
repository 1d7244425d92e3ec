package io.gradwatch.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
  private static final String TOPIC = "greetings";

  @Test
  void keepsRecordsOverARestart(@TempDir Path folder) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
      createTopic(broker);
      produce(broker, "before");
      assertThat(consume(broker, 1)).containsExactly("before");
    }

    try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
      produce(broker, "after");
      assertThat(consume(broker, 2)).containsExactly("before", "after");
    }
  }

  @Test
  void deletesItsTemporaryDirectoryAndFreesItsPort() throws IOException {
    Path directory;
    int port;
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      directory = broker.directory();
      port = Integer.parseInt(broker.bootstrapServers().split(":", 2)[1]);
      assertThat(directory).isNotEmptyDirectory();
    }

    assertThat(directory).doesNotExist();
    try (ServerSocket socket = new ServerSocket(port)) {
      assertThat(socket.isBound()).isTrue();
    }
  }

  private static void createTopic(EmbeddedBroker broker) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
    }
  }

  private static void produce(EmbeddedBroker broker, String text) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(TOPIC, text.getBytes(StandardCharsets.UTF_8))).get();
    }
  }

  private static List<String> consume(EmbeddedBroker broker, int count) {
    List<String> texts = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(TOPIC, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      Instant deadline = Instant.now().plusSeconds(20);
      while (texts.size() < count && Instant.now().isBefore(deadline)) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(record -> texts.add(new String(record.value(), StandardCharsets.UTF_8)));
      }
    }
    return texts;
  }
}
