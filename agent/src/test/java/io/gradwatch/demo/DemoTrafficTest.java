package io.gradwatch.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.config.ModelSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

/** The traffic on its own, to a broker that belongs to somebody else. */
class DemoTrafficTest {
  private static final Path HOME = Path.of("src/main/dist");
  private static final int RATE = 100;

  @Test
  void givesOnlyANewTopicAPast() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      String servers = broker.bootstrapServers();
      ModelSettings model = Demo.config(HOME, servers, "state", 0).models().get(0);
      long sent;
      try (DemoTraffic traffic = DemoTraffic.start(HOME, servers, model, RATE)) {
        sent = traffic.sent();
        assertThat(traffic.past()).isEqualTo(Duration.ofSeconds(3 * 108));
        assertThat(sent).isEqualTo(3 * 108 * RATE);
      }
      assertThat(records(servers)).isGreaterThanOrEqualTo(sent);
      try (DemoTraffic again = DemoTraffic.start(HOME, servers, model, RATE)) {
        assertThat(again.sent()).isZero();
        assertThat(again.past()).isZero();
      }
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
        assertThat(admin.listTopics().names().get()).containsExactly("inference.digits");
      }
    }
  }

  private static long records(String servers) {
    List<TopicPartition> partitions =
        List.of(
            new TopicPartition("inference.digits", 0), new TopicPartition("inference.digits", 1));
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      return consumer.endOffsets(partitions).values().stream().mapToLong(end -> end).sum();
    }
  }
}
