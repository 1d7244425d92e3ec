package io.gradwatch.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gradwatch.config.GradwatchConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // set before all tests
class TopicRoomTest {
  private static AnyBroker broker;

  @BeforeAll
  static void makeTheTopics() throws Exception {
    broker = AnyBroker.start();
    PlannedTopic.create(config("64KiB"));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static GradwatchConfig config(String payloadMaxBytes) {
    return GradwatchConfig.parse(
        """
        kafka:
          bootstrap.servers: %s
        partitions: 1
        replication-factor: 1
        models:
          - name: digits
            path: digits.pt
            topics: [inference.digits]
            payload-max-bytes: %s
        """
            .formatted(broker.bootstrapServers(), payloadMaxBytes),
        "test",
        Map.of());
  }

  @Test
  void topicsTakeWhatTheyWereMadeForAndLess() throws Exception {
    try (Admin admin = Broker.connect(config("64KiB").kafka().values())) {
      assertThat(TopicRoom.shortcoming(admin, PlannedTopic.all(config("64KiB")))).isEmpty();
      assertThat(TopicRoom.shortcoming(admin, PlannedTopic.all(config("32KiB")))).isEmpty();
    }
  }

  @Test
  void longerRecordsAreRefusedWithWhatToDo() throws Exception {
    List<PlannedTopic> wanted = PlannedTopic.all(config("4MiB"));
    try (Admin admin = Broker.connect(config("64KiB").kafka().values())) {
      assertThatThrownBy(() -> TopicRoom.require(admin, wanted))
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith("payload-max-bytes asks for records of up to 4325376 bytes")
          .hasMessageEndingWith("--add-config max.message.bytes=4325376")
          .hasMessageContainingAll(wanted.stream().map(PlannedTopic::name).toArray(String[]::new));
    }
  }

  @Test
  void topicsThatAreNotThereAreNoFault() throws Exception {
    try (Admin admin = Broker.connect(config("64KiB").kafka().values())) {
      PlannedTopic other = new PlannedTopic("other", 1, 1, new TreeMap<>(), false);
      TopicRoom.require(admin, List.of(other));
    }
  }
}
