package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.Role;
import io.gradwatch.topology.ImportanceTopology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * A topic as {@code run} makes it where it is not there.
 *
 * @param replication how many replicas each partition has
 * @param settings that differ from the broker's, by name
 * @param isChangelog whether it holds the state of a store, which Kafka Streams makes
 */
public record PlannedTopic(
    String name,
    int partitions,
    int replication,
    SortedMap<String, String> settings,
    boolean isChangelog) {
  /** What Kafka Streams adds, because records are deleted by the broker's clock. */
  private static final Duration SPARE = Duration.ofDays(1);

  /** All topics that the roles of a configuration make. Asks nobody. */
  public static List<PlannedTopic> all(GradwatchConfig config) {
    List<PlannedTopic> all = new ArrayList<>();
    for (NewTopic topic : TopicSetup.wanted(config)) {
      all.add(
          new PlannedTopic(
              topic.name(),
              topic.numPartitions(),
              topic.replicationFactor(),
              new TreeMap<>(topic.configs()),
              false));
    }
    if (config.roles().contains(Role.IMPORTANCE)) {
      ImportanceTopology.changelogs(
              config.applicationPrefix() + "importance", StreamModels.undecided(config))
          .forEach((name, kept) -> all.add(changelog(config, name, kept)));
    }
    return all;
  }

  private static PlannedTopic changelog(
      GradwatchConfig config, String name, Optional<Duration> kept) {
    SortedMap<String, String> settings = new TreeMap<>();
    settings.put(
        TopicConfig.CLEANUP_POLICY_CONFIG, kept.isPresent() ? "compact,delete" : "compact");
    settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
    kept.ifPresent(
        time ->
            settings.put(
                TopicConfig.RETENTION_MS_CONFIG, Long.toString(time.plus(SPARE).toMillis())));
    settings.put(
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
        Integer.toString(StreamsProperties.largestRecord(config)));
    // What the configuration says of such topics.
    String prefix = StreamsConfig.topicPrefix("");
    config
        .kafka()
        .values()
        .forEach(
            (property, value) -> {
              if (property.startsWith(prefix)) {
                settings.put(property.substring(prefix.length()), value.toString());
              }
            });
    return new PlannedTopic(name, config.partitions(), config.replicationFactor(), settings, true);
  }

  /**
   * Says of all topics whether they are there.
   *
   * @return those that are not
   * @throws StartException if no broker answers, or the topics cannot be described
   */
  public static List<PlannedTopic> missing(GradwatchConfig config) throws InterruptedException {
    try (Admin admin = Broker.connect(config.kafka().values())) {
      return missing(admin, all(config));
    }
  }

  /**
   * Creates those that are not there, and checks the partitions of all, and how long records they
   * take.
   *
   * @return those that it created
   * @throws StartException if one may not be created, or has other partitions or less room than
   *     planned
   */
  public static List<PlannedTopic> create(GradwatchConfig config) throws InterruptedException {
    try (Admin admin = Broker.connect(config.kafka().values())) {
      List<PlannedTopic> all = all(config);
      List<PlannedTopic> missing = missing(admin, all);
      TopicSetup.ensure(admin, all.stream().map(PlannedTopic::asNew).toList());
      TopicRoom.require(admin, all);
      return missing;
    }
  }

  private static List<PlannedTopic> missing(Admin admin, List<PlannedTopic> all)
      throws InterruptedException {
    List<String> names =
        TopicSetup.missing(admin, all.stream().map(PlannedTopic::asNew).toList()).stream()
            .map(NewTopic::name)
            .toList();
    return all.stream().filter(topic -> names.contains(topic.name())).toList();
  }

  /** The longest record, in bytes, that it is made for. */
  long room() {
    return Long.parseLong(settings.getOrDefault(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "0"));
  }

  private NewTopic asNew() {
    return new NewTopic(name, partitions, (short) replication).configs(Map.copyOf(settings));
  }
}
