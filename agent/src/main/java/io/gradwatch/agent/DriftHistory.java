package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.report.ReadingHistory;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.topology.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the page's history with what the drift topic has of it, so that a restart does not empty
 * the page. On a daemon thread of its own; nothing depends on it, and where the topic cannot be
 * read the history begins with the process.
 */
final class DriftHistory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DriftHistory.class);

  private static final long CLOSE_SECONDS = 2;

  private volatile boolean closed;
  private final ExecutorService thread = Daemon.named("gradwatch-history");

  /**
   * Begins to read.
   *
   * @param now records of the last {@link ReadingHistory#WINDOWS} windows before it are read
   */
  void fill(ReadingHistory history, GradwatchConfig config, Instant now) {
    thread.execute(
        () -> {
          Set<String> names = new HashSet<>();
          for (ModelSettings model : config.models()) {
            Duration span = model.window().size().multipliedBy(ReadingHistory.WINDOWS);
            if (closed
                || (names.add(model.name())
                    && !fill(history, config, model.name(), now.minus(span)))) {
              return;
            }
          }
        });
  }

  private static boolean fill(
      ReadingHistory history, GradwatchConfig config, String model, Instant from) {
    String topic = new Topics(config.topicPrefix()).drift();
    try (JsonSerde<DriftReading> serde = new JsonSerde<>(DriftReading.class)) {
      ModelRecords.forEach(
          config.kafka().values(),
          topic,
          model,
          from,
          (key, value) -> {
            DriftReading reading = read(serde, value);
            if (reading != null) {
              history.add(reading);
            }
          });
      return true;
    } catch (StartException e) {
      // One line is enough: the others would say the same.
      LOG.info("the page's history begins now: {}", e.getMessage());
      return false;
    }
  }

  /** Null of a record of somebody else's making. */
  private static @Nullable DriftReading read(
      JsonSerde<DriftReading> serde, byte @Nullable [] value) {
    try {
      return serde.deserializer().deserialize("", value);
    } catch (SerializationException e) {
      return null;
    }
  }

  /** Lets what it reads come to its end, but not for long. */
  @Override
  public void close() {
    closed = true;
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
