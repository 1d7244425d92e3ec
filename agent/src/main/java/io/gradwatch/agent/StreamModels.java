package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.config.StartFrom;
import io.gradwatch.topology.StreamModel;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.streams.AutoOffsetReset;

/** Turns the configured models into what the topologies need. */
final class StreamModels {
  private StreamModels() {}

  static List<StreamModel> of(GradwatchConfig config) {
    return config.models().stream().map(StreamModels::of).toList();
  }

  private static StreamModel of(ModelSettings model) {
    Path file = model.baseline();
    Path reference = model.reference();
    return new StreamModel(
        model.name(),
        model.topics(),
        reset(model.startFrom()),
        model.eventTimeHeader(),
        model.window(),
        model.drift(),
        file == null ? null : BaselineFile.read(file),
        model.selection(),
        model.importance().labelSamples(),
        model.labels(),
        reference == null ? null : BaselineFile.read(reference));
  }

  private static AutoOffsetReset reset(StartFrom start) {
    if (start instanceof StartFrom.Ago ago) {
      return AutoOffsetReset.byDuration(ago.duration());
    }
    return start instanceof StartFrom.Earliest
        ? AutoOffsetReset.earliest()
        : AutoOffsetReset.latest();
  }
}
