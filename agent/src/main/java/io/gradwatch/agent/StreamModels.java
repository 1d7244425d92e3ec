package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.config.StartFrom;
import io.gradwatch.drift.Baseline;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.topology.StreamModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.AutoOffsetReset;
import org.jspecify.annotations.Nullable;

/** Turns the configured models into what the topologies need. */
final class StreamModels {
  private StreamModels() {}

  static List<StreamModel> of(GradwatchConfig config) {
    return config.models().stream().map(StreamModels::of).toList();
  }

  private static StreamModel of(ModelSettings model) {
    return new StreamModel(
        model.name(),
        model.topics(),
        reset(model.startFrom()),
        null,
        model.window(),
        model.drift(),
        baseline(model.baseline()));
  }

  private static AutoOffsetReset reset(StartFrom start) {
    if (start instanceof StartFrom.Ago ago) {
      return AutoOffsetReset.byDuration(ago.duration());
    }
    return start instanceof StartFrom.Earliest
        ? AutoOffsetReset.earliest()
        : AutoOffsetReset.latest();
  }

  private static @Nullable Baseline baseline(@Nullable Path file) {
    if (file == null) {
      return null;
    }
    try (JsonSerde<Baseline> serde = new JsonSerde<>(Baseline.class)) {
      return serde.deserializer().deserialize("", Files.readAllBytes(file));
    } catch (IOException | SerializationException e) {
      throw new StartException(
          "baseline %s cannot be read (%s); make one with 'gradwatch baseline create'"
              .formatted(file, e.getMessage()),
          e);
    }
  }
}
