package io.gradwatch.agent;

import io.gradwatch.topology.SourceView;
import io.gradwatch.window.Watermarks.Source;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker every second which source partitions exist, where they end, and what the sampling
 * application has committed, so that no processor has to. One daemon thread.
 */
final class SourceWatch implements SourceView.Feed, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SourceWatch.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final Admin admin;
  private final Set<String> topics;
  private final String samplingApplication;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread created = new Thread(task, "gradwatch-source-watch");
            created.setDaemon(true);
            return created;
          });
  private volatile SourceView view = SourceView.UNKNOWN;
  private Set<String> missing = Set.of();

  /**
   * A watch that has not started.
   *
   * @param admin a client that the caller closes, after this
   * @param samplingApplication id of the application whose commits count
   */
  SourceWatch(Admin admin, Set<String> topics, String samplingApplication) {
    this.admin = admin;
    this.topics = Set.copyOf(topics);
    this.samplingApplication = samplingApplication;
  }

  void start() {
    var unused =
        thread.scheduleWithFixedDelay(this::renew, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public SourceView get() {
    return view;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void renew() {
    try {
      view = look();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RuntimeException e) {
      // The last view stays: windows of partitions that are known go on closing.
      LOG.warn("the broker did not say where the source topics end: {}", e.toString());
    }
  }

  private SourceView look() throws InterruptedException, ExecutionException {
    Set<TopicPartition> partitions = existing();
    Map<TopicPartition, OffsetSpec> asked =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    var stable = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    var ends = admin.listOffsets(asked, stable).all().get();
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin
            .listConsumerGroupOffsets(samplingApplication)
            .partitionsToOffsetAndMetadata(samplingApplication)
            .get();
    Map<Source, SourceView.Ends> result = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata commit = committed.get(partition);
      result.put(
          new Source(partition.topic(), partition.partition()),
          new SourceView.Ends(
              Objects.requireNonNull(ends.get(partition)).offset(),
              commit == null ? -1 : commit.offset()));
    }
    return new SourceView(result);
  }

  private Set<TopicPartition> existing() throws InterruptedException, ExecutionException {
    Set<TopicPartition> found = new HashSet<>();
    Set<String> absent = new TreeSet<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> asked :
        admin.describeTopics(topics).topicNameValues().entrySet()) {
      try {
        asked
            .getValue()
            .get()
            .partitions()
            .forEach(p -> found.add(new TopicPartition(asked.getKey(), p.partition())));
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
        absent.add(asked.getKey());
      }
    }
    if (!absent.equals(missing)) {
      if (!absent.isEmpty()) {
        LOG.warn(
            "source topics {} do not exist; they are read as soon as they do", List.copyOf(absent));
      }
      missing = absent;
    }
    return found;
  }
}
