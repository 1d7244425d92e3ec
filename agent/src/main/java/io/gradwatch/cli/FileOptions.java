package io.gradwatch.cli;

import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.JsonLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of a check of one model file. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class FileOptions extends SampleOptions {
  private static final int ROWS = 64;

  @Option(names = "--model", required = true, paramLabel = "FILE", description = "TorchScript file")
  Path model;

  @Option(
      names = "--outputs",
      paramLabel = "KIND",
      defaultValue = "logits",
      converter = ModelOptions.OutputConverter.class,
      description = "logits, log-probabilities or probabilities (default: ${DEFAULT-VALUE})")
  private OutputKind outputs;

  @Option(
      names = "--output",
      paramLabel = "OUTPUT",
      defaultValue = "0",
      description =
          "number or key of the output, where the model gives several (default: ${DEFAULT-VALUE})")
  private String output;

  /** Opens the model on the thread that calls it. */
  Supplier<DifferentiableModel> opener(CommandSpec spec) {
    DeviceSettings settings = deviceSettings(spec);
    OutputPick pick = ModelOptions.usage(spec, () -> new OutputPick(output));
    return () -> TorchScript.load(model, settings, pick);
  }

  ImportanceSettings settings() {
    return new ImportanceSettings(
        task, outputs, Set.of(ImportanceMethod.TAYLOR), 16, false, List.of());
  }

  /** The first rows of the file, at least one. */
  List<InferenceSample> readFirst() throws IOException {
    try (Stream<JsonLines.Line> lines = lines()) {
      return requireAny(lines.flatMap(line -> line.samples().stream()).limit(ROWS).toList());
    }
  }
}
