package io.gradwatch.agent;

import io.gradwatch.topology.Topics;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;

/** How the agent makes its topics, for documents about them. */
public final class TopicConfiguration {
  private TopicConfiguration() {}

  /** The settings of each topic, by its name, that do not depend on the configuration. */
  public static Map<String, Map<String, String>> of(Topics topics) {
    return TopicSetup.wanted(topics, topics.all(), 1, (short) 1, 0).stream()
        .collect(Collectors.toMap(NewTopic::name, TopicConfiguration::fixed));
  }

  private static Map<String, String> fixed(NewTopic topic) {
    return topic.configs().entrySet().stream()
        .filter(setting -> !setting.getKey().equals("max.message.bytes"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
