package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.config.Role;
import io.gradwatch.config.StartFrom;
import io.gradwatch.topology.StreamModel;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.streams.AutoOffsetReset;

/** Turns the configured models into what the topologies need. */
final class StreamModels {
  private StreamModels() {}

  /** Baseline and reference are read where windows are compared with them, and only there. */
  static List<StreamModel> of(GradwatchConfig config) {
    boolean compares = config.roles().contains(Role.IMPORTANCE);
    return config.models().stream().map(model -> of(model, compares)).toList();
  }

  /** The same without the files of baselines and references. */
  static List<StreamModel> undecided(GradwatchConfig config) {
    return config.models().stream().map(model -> of(model, false)).toList();
  }

  private static StreamModel of(ModelSettings model, boolean compares) {
    Path file = compares ? model.baseline() : null;
    Path reference = compares ? model.reference() : null;
    return new StreamModel(
        model.name(),
        model.topics(),
        reset(model.startFrom()),
        model.eventTimeHeader(),
        Readers.of(model),
        model.window(),
        model.drift(),
        file == null ? null : BaselineFile.read(file),
        model.selection(),
        model.importance().labelSamples(),
        model.labels(),
        model.join(),
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
