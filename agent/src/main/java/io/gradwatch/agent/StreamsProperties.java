package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;

/**
 * The properties of the two applications. Precedence, lowest first: defaults that suit Gradwatch,
 * what the configuration says under {@code kafka}, and what its guarantees rest on.
 */
final class StreamsProperties {
  private static final int ROOM = 64 * 1024;

  /** Kafka's own 16 KiB hold one or two samples: a request to the broker for each. */
  private static final int BATCH_BYTES = 256 * 1024;

  private StreamsProperties() {}

  /**
   * At least once: repeated records change no sample, and a killed sampler's open transaction would
   * hold up everybody else.
   */
  static Properties sampling(GradwatchConfig config, String applicationId) {
    Properties properties = common(config, applicationId);
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    properties.putIfAbsent(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 5_000);
    return properties;
  }

  /** Exactly once: one outcome a window, whatever is killed. */
  static Properties importance(GradwatchConfig config, String applicationId, StoreMemory memory) {
    Properties properties = common(config, applicationId);
    properties.put(StoreMemory.PROPERTY, memory);
    properties.putIfAbsent(
        StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StoreMemory.Setter.class);
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.putIfAbsent(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 500);
    properties.putIfAbsent(
        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), largestRecord(config));
    return properties;
  }

  /** Payload and room for headers: the largest record that Gradwatch writes. */
  static int largestRecord(GradwatchConfig config) {
    return ROOM
        + config.models().stream()
            .mapToInt(model -> model.window().payloadMaxBytes())
            .max()
            .orElseThrow();
  }

  private static Properties common(GradwatchConfig config, String applicationId) {
    Properties properties = new Properties();
    String instance = config.instanceId();
    // A static member has until then to come back; a dynamic one says that it leaves.
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, instance == null ? 15_000 : 45_000);
    // Topics that are created later are found within that time.
    properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
    properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, config.replicationFactor());

    // There is no global store: what Kafka 5.0 has by default; without, Kafka Streams warns of it.
    properties.put("processing.exception.handler.global.enabled", true);

    properties.putAll(config.kafka().values());

    if (instance != null) {
      properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance);
    }
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
    properties.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndContinueExceptionHandler.class);
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        largestRecord(config));
    return properties;
  }
}
