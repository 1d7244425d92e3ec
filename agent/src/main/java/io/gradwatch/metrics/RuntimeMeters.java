package io.gradwatch.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Set;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Meters of what Gradwatch runs on, from Micrometer's own binders.
 *
 * <p>Kafka Streams has several hundred; only what a dashboard or an on-call asks for is let
 * through, by its client and not by its process, so that a restart continues the series.
 * Thread-safe.
 */
public final class RuntimeMeters {
  /** Kafka's meters that are exported, as Micrometer names them. */
  static final Set<String> KAFKA =
      Set.of(
          "kafka.consumer.coordinator.assigned.partitions",
          "kafka.consumer.coordinator.failed.rebalance.total",
          "kafka.consumer.coordinator.rebalance.total",
          "kafka.consumer.fetch.manager.bytes.consumed.total",
          "kafka.consumer.fetch.manager.records.consumed.total",
          "kafka.consumer.fetch.manager.records.lag.max",
          "kafka.producer.record.error.total",
          "kafka.producer.record.send.total",
          "kafka.stream.alive.stream.threads",
          "kafka.stream.failed.stream.threads",
          "kafka.stream.thread.commit.latency.max",
          "kafka.stream.thread.poll.records.max",
          "kafka.stream.thread.process.latency.max",
          "kafka.stream.thread.process.total",
          "kafka.stream.thread.punctuate.latency.max",
          "kafka.stream.thread.task.closed.total");

  private final MeterRegistry registry;

  RuntimeMeters(MeterRegistry registry) {
    this.registry = registry;
    registry
        .config()
        .meterFilter(
            MeterFilter.denyUnless(
                id -> !id.getName().startsWith("kafka.") || KAFKA.contains(id.getName())));
  }

  /** Adds memory, garbage collection, threads, classes, CPU, files and uptime of this process. */
  public Binding bindJvm() {
    JvmGcMetrics collections = new JvmGcMetrics();
    collections.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    return collections::close;
  }

  /**
   * Adds the allow-listed meters of a Kafka Streams application.
   *
   * @param application which one, for instance {@code sampling}: the value of the tag {@code
   *     application}
   */
  public Binding bindStreams(KafkaStreams streams, String application) {
    KafkaStreamsMetrics meters =
        new KafkaStreamsMetrics(streams, Tags.of("application", application));
    meters.bindTo(registry);
    return meters::close;
  }

  /** Meters that are exported until they are unbound. */
  @FunctionalInterface
  public interface Binding extends AutoCloseable {
    @Override
    void close();
  }
}
