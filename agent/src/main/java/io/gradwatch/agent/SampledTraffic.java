package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.topology.SampledRows;
import io.gradwatch.topology.Topics;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Samples of a model's past traffic, as the samples topic still holds them. */
public final class SampledTraffic {
  private SampledTraffic() {}

  /**
   * Reads a uniform sample of a stretch of time, as large as that of a window.
   *
   * @param from event time, inclusive; null for all that is there
   * @param to exclusive; null likewise
   * @throws StartException if the topic cannot be read, or holds none of that time
   */
  public static List<InferenceSample> read(
      GradwatchConfig config, ModelSettings model, @Nullable Instant from, @Nullable Instant to) {
    String topic = new Topics(config.topicPrefix()).samples();
    SampledRows sampled =
        new SampledRows(
            model.window().samples(),
            from == null ? Long.MIN_VALUE : from.toEpochMilli(),
            to == null ? Long.MAX_VALUE : to.toEpochMilli());
    ModelRecords.forEach(
        config.kafka().values(), topic, model.name(), (key, value) -> sampled.offer(value));
    List<InferenceSample> rows = sampled.rows(Readers.of(model), model.selection());
    if (rows.isEmpty()) {
      throw new StartException(
          "topic %s holds no samples of model '%s' of that time: it keeps them for a short while; give --samples FILE"
              .formatted(topic, model.name()));
    }
    return rows;
  }
}
