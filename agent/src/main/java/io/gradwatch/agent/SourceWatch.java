package io.gradwatch.agent;

import io.gradwatch.sample.SourceTopics;
import io.gradwatch.topology.SourceView;
import io.gradwatch.window.Watermarks.Source;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
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
  private static final Duration SILENCE = Duration.ofSeconds(20);

  private final Admin admin;
  private final Set<String> names = new TreeSet<>();
  private final List<Predicate<String>> expressions = new ArrayList<>();
  private final String samplingApplication;
  private final InstantSource clock;
  private final MissingTopics missingTopics = new MissingTopics();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread created = new Thread(task, "gradwatch-source-watch");
            created.setDaemon(true);
            return created;
          });
  private volatile SourceView view = SourceView.UNKNOWN;
  private volatile long answered = System.nanoTime();
  private volatile String failure = "no answer";
  private Set<String> missing = Set.of();

  /**
   * A watch that has not started.
   *
   * @param admin a client that the caller closes, after this
   * @param samplingApplication id of the application whose commits count
   */
  SourceWatch(
      Admin admin, List<SourceTopics> topics, String samplingApplication, InstantSource clock) {
    this.clock = clock;
    this.admin = admin;
    for (SourceTopics some : topics) {
      names.addAll(some.names());
      if (!some.regex().isEmpty()) {
        expressions.add(some.filter());
      }
    }
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

  /** What the broker said last instead of an answer; empty if it answered lately. */
  Optional<String> silence() {
    long seconds = (System.nanoTime() - answered) / 1_000_000_000;
    return seconds < SILENCE.toSeconds()
        ? Optional.empty()
        : Optional.of(
            "the broker has not said for %d s where the source topics end: %s"
                .formatted(seconds, failure));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void renew() {
    try {
      look();
      answered = System.nanoTime();
      failure = "no answer";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RuntimeException e) {
      // The last view stays: windows of partitions that are known go on closing.
      String text = String.valueOf(e.getCause() == null ? e : e.getCause());
      if (!text.equals(failure)) {
        LOG.warn("the broker does not say where the source topics end: {}", text);
      }
      failure = text;
    }
  }

  private void look() throws InterruptedException, ExecutionException {
    Instant asked = clock.instant();
    Set<TopicPartition> partitions = existing(wanted());
    if (missingTopics.areDoubtful(missing, asked)) {
      return; // the last view stays
    }
    Map<TopicPartition, OffsetSpec> newest =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    var stable = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    var ends = admin.listOffsets(newest, stable).all().get();
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
    view = new SourceView(result, asked.toEpochMilli());
  }

  /** What the models name, what of the broker's topics their expressions match, and matched. */
  private Set<String> wanted() throws InterruptedException, ExecutionException {
    if (expressions.isEmpty()) {
      return names;
    }
    Set<String> wanted = new HashSet<>(names);
    view.ends().keySet().forEach(source -> wanted.add(source.topic()));
    for (String topic : admin.listTopics().names().get()) {
      if (expressions.stream().anyMatch(matches -> matches.test(topic))) {
        wanted.add(topic);
      }
    }
    return wanted;
  }

  private Set<TopicPartition> existing(Set<String> wanted)
      throws InterruptedException, ExecutionException {
    Set<TopicPartition> found = new HashSet<>();
    Set<String> absent = new TreeSet<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> asked :
        admin.describeTopics(wanted).topicNameValues().entrySet()) {
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
