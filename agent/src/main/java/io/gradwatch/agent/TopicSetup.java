package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.topology.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates Gradwatch's own topics, or checks the ones that are there. */
final class TopicSetup {
  private static final int ROOM = 64 * 1024;
  private static final Duration SETTLING = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 200;
  private static final String DAY = Long.toString(24L * 60 * 60 * 1000);

  private TopicSetup() {}

  /**
   * The topics with their settings.
   *
   * @param names of those that are used
   * @param partitions equal for all, so that one model's records of every kind reach one task
   * @param payloadMaxBytes the largest of all models
   */
  static List<NewTopic> wanted(
      Topics topics, List<String> names, int partitions, short replication, int payloadMaxBytes) {
    List<NewTopic> wanted = new ArrayList<>();
    for (String name : names) {
      Map<String, String> settings = new HashMap<>();
      // Event time is a field of the value: with it as the timestamp, retention would delete what a
      // catch-up forwards.
      settings.put("message.timestamp.type", "LogAppendTime");
      settings.put("max.message.bytes", Integer.toString(payloadMaxBytes + ROOM));
      if (name.equals(topics.baselines())) {
        settings.put("cleanup.policy", "compact");
      } else if (name.equals(topics.samples())) {
        settings.put("retention.ms", DAY);
      }
      wanted.add(new NewTopic(name, partitions, replication).configs(settings));
    }
    return wanted;
  }

  /** The topics that the roles of a configuration use, with their settings. */
  static List<NewTopic> wanted(GradwatchConfig config) {
    return wanted(
        new Topics(config.topicPrefix()),
        Right.ownTopics(config),
        config.partitions(),
        (short) config.replicationFactor(),
        StreamsProperties.largestRecord(config));
  }

  /**
   * Creates what is missing and checks the partitions of what is there.
   *
   * @throws StartException if a topic has other partitions than configured, or may not be created
   */
  static void ensure(Admin admin, List<NewTopic> wanted) throws InterruptedException {
    List<NewTopic> missing = missing(admin, wanted);
    var created = admin.createTopics(missing).values();
    for (NewTopic topic : missing) {
      try {
        Objects.requireNonNull(created.get(topic.name())).get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw new StartException(
              "cannot create topic %s: %s; %s (gradwatch doctor says what else is missing)"
                  .formatted(
                      topic.name(),
                      StartException.cause(e),
                      e.getCause() instanceof InvalidReplicationFactorException
                          ? "set replication-factor to the number of brokers at the most"
                          : "create it with %d partitions or grant Create on it"
                              .formatted(topic.numPartitions())),
              e);
        }
      }
    }
    check(admin, wanted);
  }

  /** Whoever may not create topics can still use those that somebody else created. */
  static List<NewTopic> missing(Admin admin, List<NewTopic> wanted) throws InterruptedException {
    var described =
        admin.describeTopics(wanted.stream().map(NewTopic::name).toList()).topicNameValues();
    List<NewTopic> missing = new ArrayList<>();
    for (NewTopic topic : wanted) {
      try {
        Objects.requireNonNull(described.get(topic.name())).get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw new StartException(
              "cannot describe topic %s: %s; gradwatch doctor says which right is missing"
                  .formatted(topic.name(), StartException.cause(e)),
              e);
        }
        missing.add(topic);
      }
    }
    return missing;
  }

  private static void check(Admin admin, List<NewTopic> wanted) throws InterruptedException {
    Map<String, TopicDescription> found =
        described(admin, wanted.stream().map(NewTopic::name).collect(Collectors.toSet()));
    for (NewTopic topic : wanted) {
      int partitions = Objects.requireNonNull(found.get(topic.name())).partitions().size();
      if (partitions != topic.numPartitions()) {
        throw new StartException(
            "topic %s has %d partitions, 'partitions' says %d; all of Gradwatch's topics need the same number: set it to %d, or use another topic-prefix"
                .formatted(topic.name(), partitions, topic.numPartitions(), partitions));
      }
    }
  }

  /** A broker answers that it does not know a topic for a moment after it created it. */
  private static Map<String, TopicDescription> described(Admin admin, Set<String> names)
      throws InterruptedException {
    Instant last = Instant.now().plus(SETTLING);
    while (true) {
      try {
        return admin.describeTopics(names).allTopicNames().get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException) || Instant.now().isAfter(last)) {
          throw new StartException(
              "cannot describe Gradwatch's topics: " + StartException.cause(e), e);
        }
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }
}
