package io.gradwatch.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Whether Gradwatch's topics take records as long as a configuration lets in. A topic is given its
 * limit when it is made; an application that writes a longer record to it ends, again and again.
 */
final class TopicRoom {
  private TopicRoom() {}

  /**
   * Checks all topics that are there.
   *
   * @throws StartException which of them take too short records only, and what to do
   */
  static void require(Admin admin, List<PlannedTopic> planned) throws InterruptedException {
    Optional<String> shortcoming = shortcoming(admin, planned);
    if (shortcoming.isPresent()) {
      throw new StartException(shortcoming.get());
    }
  }

  /**
   * Which of the topics take too short records only, and what to do. Where the broker does not show
   * a limit, for DescribeConfigs is not granted, nothing is said.
   */
  static Optional<String> shortcoming(Admin admin, List<PlannedTopic> planned)
      throws InterruptedException {
    Map<ConfigResource, PlannedTopic> topics =
        planned.stream()
            .collect(
                Collectors.toMap(
                    topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()),
                    Function.identity()));
    List<String> narrow = new ArrayList<>();
    for (var described : admin.describeConfigs(topics.keySet()).values().entrySet()) {
      PlannedTopic topic = topics.get(described.getKey());
      try {
        ConfigEntry limit = described.getValue().get().get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        if (topic != null && limit != null && Long.parseLong(limit.value()) < topic.room()) {
          narrow.add("%s (%s)".formatted(topic.name(), limit.value()));
        }
      } catch (ExecutionException e) {
        // Not there yet, or not to be seen: what it means shows elsewhere.
      }
    }
    long room = planned.stream().mapToLong(PlannedTopic::room).max().orElse(0);
    return narrow.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "payload-max-bytes asks for records of up to %d bytes, max.message.bytes of these topics is less: %s; raise each: kafka-configs --bootstrap-server ... --alter --entity-type topics --entity-name TOPIC --add-config max.message.bytes=%d"
                .formatted(room, String.join(", ", narrow.stream().sorted().toList()), room));
  }
}
