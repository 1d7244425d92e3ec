package io.gradwatch.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running Kafka Streams application. A stream thread that dies is replaced, but after {@value
 * #REPLACEMENTS} replacements within ten minutes the application gives up, for then a restart by
 * whoever watches the process is the better cure.
 */
final class StreamsApplication implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamsApplication.class);
  private static final int REPLACEMENTS = 3;
  private static final Duration PERIOD = Duration.ofMinutes(10);

  /** What watches the process gives it 10 s at least. */
  private static final Duration CLOSE = Duration.ofSeconds(6);

  private static final Map<String, String> DOING =
      Map.of(
          "CREATED", "has not started",
          "STARTING", "waits for its partitions",
          "PARTITIONS_REVOKED", "waits for other partitions",
          "PARTITIONS_ASSIGNED", "restores its state");

  private final String name;
  private final KafkaStreams streams;
  private final GroupMembershipOperation onClose;
  private final InstantSource clock;
  private final Deque<Instant> replaced = new ArrayDeque<>();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();

  /**
   * Builds an application that has not started.
   *
   * @throws StartException if another process uses its folder, or the properties are no good
   */
  StreamsApplication(String name, Topology topology, Properties properties, InstantSource clock) {
    this.name = name;
    this.clock = clock;
    // Leaving lets another process take over at once instead of after the session timeout. A static
    // member is expected back.
    onClose =
        properties.containsKey(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG)
            ? GroupMembershipOperation.REMAIN_IN_GROUP
            : GroupMembershipOperation.LEAVE_GROUP;
    streams = open(name, topology, properties);
    streams.setUncaughtExceptionHandler(this::respond);
    streams.setStateListener((now, before) -> LOG.info("{} is {}", name, now));
  }

  void start() {
    streams.start();
  }

  KafkaStreams streams() {
    return streams;
  }

  /** Completes exceptionally when the application gave up; never completes otherwise. */
  CompletableFuture<Void> failure() {
    return failure;
  }

  /**
   * Waits on for its end after {@link #close}.
   *
   * @return whether it has stopped, and left its folder to others
   */
  boolean awaitEnd(Duration patience) {
    return close(patience);
  }

  /** Why it will not go on; empty if it lives. */
  Optional<String> dead() {
    State state = streams.state();
    if (state == State.ERROR || state == State.PENDING_ERROR) {
      return Optional.of("%s is in state %s".formatted(name, state));
    }
    return threads()
        .filter(thread -> thread.threadState().equals("DEAD"))
        .map(thread -> "thread %s is dead".formatted(thread.threadName()))
        .findFirst();
  }

  /** Why it does not process; empty if it does. */
  Optional<String> unready() {
    State state = streams.state();
    if (state == State.RUNNING) {
      return Optional.empty();
    }
    Optional<String> doing =
        threads()
            .map(thread -> DOING.get(thread.threadState()))
            .flatMap(Stream::ofNullable)
            .findFirst();
    return Optional.of("%s %s".formatted(name, doing.orElse("is in state " + state)));
  }

  private Stream<ThreadMetadata> threads() {
    try {
      return streams.metadataForLocalThreads().stream();
    } catch (IllegalStateException e) {
      return Stream.of(); // it has not started, or is over
    }
  }

  private static KafkaStreams open(String name, Topology topology, Properties properties) {
    try {
      return new KafkaStreams(topology, properties);
    } catch (StreamsException e) {
      throw new StartException(
          "%s cannot start in state-dir %s: %s; give each process a state-dir of its own"
              .formatted(name, properties.get(StreamsConfig.STATE_DIR_CONFIG), e.getMessage()),
          e);
    }
  }

  /** Begins to close, and does not wait for it. */
  void stop() {
    close(Duration.ZERO);
  }

  @Override
  public void close() {
    boolean closed = close(CLOSE);
    if (!closed) {
      LOG.warn("{} did not stop within {} s", name, CLOSE.toSeconds());
    }
  }

  private boolean close(Duration timeout) {
    return streams.close(CloseOptions.timeout(timeout).withGroupMembershipOperation(onClose));
  }

  private synchronized StreamThreadExceptionResponse respond(Throwable thrown) {
    Instant now = clock.instant();
    while (!replaced.isEmpty() && replaced.peek().isBefore(now.minus(PERIOD))) {
      replaced.remove();
    }
    if (replaced.size() < REPLACEMENTS) {
      replaced.add(now);
      LOG.error("a thread of {} failed and is replaced", name, thrown);
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    String message = "%s failed %d times within %d minutes, last: %s";
    failure.completeExceptionally(
        new StartException(
            message.formatted(name, REPLACEMENTS + 1, PERIOD.toMinutes(), thrown), thrown));
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }
}
