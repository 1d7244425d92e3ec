package io.gradwatch.agent;

import io.gradwatch.agent.Doctor.Finding;
import io.gradwatch.config.GradwatchConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Looks at what the broker lets the agent do. Changes nothing; the broker remembers the name of one
 * transactional id for a while.
 */
final class RightsDoctor {
  private static final String NOBODY = "gradwatch-doctor";
  private static final int SECONDS = 10;

  private final Admin admin;
  private final GradwatchConfig config;

  RightsDoctor(Admin admin, GradwatchConfig config) {
    this.admin = admin;
    this.config = config;
  }

  /**
   * One finding for each right that is missing; one in all if none is.
   *
   * @param sources the topics that models read, expressions resolved
   */
  List<Finding> examine(Collection<String> sources) throws InterruptedException {
    List<Right> needed = Right.needed(config, sources);
    List<Right> missing = new ArrayList<>(onTopics(needed));
    for (Right right : needed) {
      if (right.type() != ResourceType.TOPIC && !isGranted(right)) {
        missing.add(right);
      }
    }
    if (missing.isEmpty()) {
      return List.of(new Finding(true, "rights", "all that the roles need are granted"));
    }
    return missing.stream()
        .map(
            right ->
                new Finding(
                    false, "rights", right.text() + " is missing; grant it: " + right.command()))
        .toList();
  }

  private List<Right> onTopics(List<Right> needed) throws InterruptedException {
    Map<String, List<Right>> byTopic = new LinkedHashMap<>();
    for (String own : Right.ownTopics(config)) {
      byTopic.put(own, new ArrayList<>());
    }
    for (Right right : needed) {
      if (right.type() == ResourceType.TOPIC) {
        byTopic.computeIfAbsent(right.name(), topic -> new ArrayList<>()).add(right);
      }
    }
    var described =
        admin
            .describeTopics(
                byTopic.keySet(), new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    List<Right> missing = new ArrayList<>();
    for (Map.Entry<String, List<Right>> topic : byTopic.entrySet()) {
      missing.addAll(
          missing(
              topic.getKey(),
              topic.getValue(),
              Objects.requireNonNull(described.get(topic.getKey()))));
    }
    return missing;
  }

  private List<Right> missing(
      String topic, List<Right> needed, KafkaFuture<TopicDescription> described)
      throws InterruptedException {
    try {
      Set<AclOperation> granted = described.get().authorizedOperations();
      return needed.stream()
          .filter(right -> granted != null && !granted.contains(right.operation()))
          .toList();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return needed;
      }
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw unanswered(e);
      }
    }
    // Rights on a topic that is not there are not told.
    boolean isOwn =
        topic.startsWith(config.topicPrefix()) || topic.startsWith(config.applicationPrefix());
    return isOwn && !mayCreate(topic)
        ? List.of(needed.get(0).with(AclOperation.CREATE))
        : List.of();
  }

  private boolean mayCreate(String topic) throws InterruptedException {
    NewTopic wanted = new NewTopic(topic, config.partitions(), (short) config.replicationFactor());
    return isAllowed(
        admin.createTopics(List.of(wanted), new CreateTopicsOptions().validateOnly(true)).all());
  }

  private boolean isGranted(Right right) throws InterruptedException {
    if (right.type() == ResourceType.TRANSACTIONAL_ID) {
      return mayTransact(right.name());
    }
    if (right.operation() == AclOperation.DESCRIBE) {
      return isAllowed(
          admin.listConsumerGroupOffsets(right.name()).partitionsToOffsetAndMetadata());
    }
    var nobody = new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove(NOBODY)));
    return isAllowed(admin.removeMembersFromConsumerGroup(right.name(), nobody).all());
  }

  /** Any other refusal came after the right was looked at. */
  private static boolean isAllowed(KafkaFuture<?> answer) throws InterruptedException {
    try {
      answer.get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw unanswered(e);
      }
      return !(e.getCause() instanceof AuthorizationException);
    }
  }

  private boolean mayTransact(String id) {
    Map<String, Object> properties = new HashMap<>(config.kafka().values());
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, SECONDS * 1000);
    var bytes = new ByteArraySerializer();
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties, bytes, bytes)) {
      producer.initTransactions();
      return true;
    } catch (AuthorizationException e) {
      return false;
    } catch (KafkaException e) {
      throw new StartException("the broker does not begin a transaction: " + e.getMessage(), e);
    }
  }

  private static StartException unanswered(ExecutionException e) {
    return new StartException(
        "the broker does not say what it grants: " + StartException.cause(e), e);
  }
}
