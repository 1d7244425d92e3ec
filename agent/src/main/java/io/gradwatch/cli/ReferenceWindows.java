package io.gradwatch.cli;

import io.gradwatch.agent.Readers;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.TrafficSummary;
import io.gradwatch.importance.Tuning;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.JsonLines;
import io.gradwatch.window.SampleBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Disjoint windows of a reference file, computed as the agent computes live ones, so that a
 * baseline of them fits.
 */
final class ReferenceWindows {
  private ReferenceWindows() {}

  static List<ImportanceSnapshot> of(
      GradwatchConfig config, ModelSettings model, Path file, ProgressLine progress)
      throws IOException {
    List<InferenceSample> samples;
    try (Stream<JsonLines.Line> lines = JsonLines.read(file, Readers.of(model))) {
      samples = lines.flatMap(line -> line.samples().stream()).toList();
    }
    int size = model.window().samples();
    int windows = samples.size() / size;
    if (windows == 0) {
      throw new IllegalArgumentException(
          "%s holds %d samples, one window of model '%s' needs %d"
              .formatted(file, samples.size(), model.name(), size));
    }
    DeviceSettings device = DeviceSettings.of(model.device(), config.worker().threads());
    List<ImportanceSnapshot> snapshots = new ArrayList<>(windows);
    try (DifferentiableModel opened = TorchScript.load(model.location(), device, model.output())) {
      ImportanceSettings tuned =
          Tuning.choose(opened, model.importance(), samples.subList(0, size))
              .applyTo(model.importance());
      TrafficSummary bins = null;
      for (int window = 0; window < windows; window++) {
        List<InferenceSample> rows = samples.subList(window * size, (window + 1) * size);
        ImportanceSnapshot snapshot =
            OnePass.withTraffic(opened, tuned, batch(model, window, rows), System::nanoTime, bins);
        bins = snapshot.traffic();
        snapshots.add(snapshot);
        progress.at(window + 1, windows);
      }
    }
    return snapshots;
  }

  private static SampleBatch batch(ModelSettings model, int window, List<InferenceSample> rows) {
    long length = model.drift().window().toMillis();
    return new SampleBatch(
        model.name(), window * length, (window + 1) * length, rows, rows.size(), "");
  }
}
