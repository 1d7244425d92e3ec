package io.gradwatch.agent;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.topology.Topics;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;

/** Where a model stands, as the drift topic says last. */
public final class LastReading {
  private LastReading() {}

  /**
   * Reads the newest reading of a model's traffic.
   *
   * @param kafka properties of the client
   * @throws StartException if the topic cannot be read
   */
  public static Optional<DriftReading> of(Map<String, Object> kafka, Topics topics, String model) {
    byte[][] last = new byte[1][];
    ModelRecords.forEach(
        kafka,
        topics.drift(),
        model,
        (key, value) -> {
          if (value != null && !key.endsWith("/concept")) {
            last[0] = value;
          }
        });
    try (JsonSerde<DriftReading> serde = new JsonSerde<>(DriftReading.class)) {
      return Optional.ofNullable(serde.deserializer().deserialize("", last[0]));
    } catch (SerializationException e) {
      throw new StartException(
          "the last reading of model '%s' in topic %s cannot be read"
              .formatted(model, topics.drift()),
          e);
    }
  }
}
