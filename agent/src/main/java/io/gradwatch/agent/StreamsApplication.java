package io.gradwatch.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
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
  private static final Duration CLOSE = Duration.ofSeconds(20);

  private final String name;
  private final KafkaStreams streams;
  private final InstantSource clock;
  private final Deque<Instant> replaced = new ArrayDeque<>();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();

  /** Builds an application that has not started. */
  StreamsApplication(String name, Topology topology, Properties properties, InstantSource clock) {
    this.name = name;
    this.clock = clock;
    streams = new KafkaStreams(topology, properties);
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

  @Override
  public void close() {
    boolean closed =
        streams.close(
            CloseOptions.timeout(CLOSE)
                // Leaving lets another process take over at once instead of after the session
                // timeout.
                .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    if (!closed) {
      LOG.warn("{} did not stop within {} s", name, CLOSE.toSeconds());
    }
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
