package io.gradwatch.cli;

import io.gradwatch.importance.Task;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.JsonLines;
import io.gradwatch.sample.payload.PayloadReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of commands that compute something over a file of samples. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
class SampleOptions {
  @Option(
      names = "--samples",
      required = true,
      paramLabel = "FILE",
      description = "requests in any JSON format, one a line; .gz is unpacked")
  Path samples;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      defaultValue = "classification",
      converter = ModelOptions.TaskConverter.class,
      description = "classification, binary, multilabel or regression (default: ${DEFAULT-VALUE})")
  Task task;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "cpu or cuda:N (default: ${DEFAULT-VALUE})")
  String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "intra-op threads of libtorch (default: ${DEFAULT-VALUE})")
  int threads;

  /** Where it is computed. */
  final DeviceSettings deviceSettings(CommandSpec spec) {
    return ModelOptions.usage(spec, () -> new DeviceSettings(device, threads));
  }

  /** The lines of the file, in its order. To be closed. */
  final Stream<JsonLines.Line> lines() throws IOException {
    return JsonLines.read(samples, PayloadReader.AUTO);
  }

  /** All rows of the file, in its order. */
  final List<InferenceSample> read() throws IOException {
    try (Stream<JsonLines.Line> lines = lines()) {
      return lines.flatMap(line -> line.samples().stream()).toList();
    }
  }

  /** Rows of the file, if there are any. */
  final List<InferenceSample> requireAny(List<InferenceSample> rows) {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(samples + " holds no samples");
    }
    return rows;
  }
}
