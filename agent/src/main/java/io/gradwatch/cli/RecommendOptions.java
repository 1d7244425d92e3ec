package io.gradwatch.cli;

import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of what a report recommends of single parameters. */
@SuppressWarnings("NullAway.Init") // picocli sets what has a default
final class RecommendOptions {
  @Option(
      names = "--recommend",
      description =
          "also list the parameters that carry least importance (to prune) and most (to protect in a"
              + " fine-tune); computes gradients of the model file")
  private boolean wanted;

  @Option(
      names = "--recommend-output",
      paramLabel = "FILE",
      description = "where they go as JSON, with exact indices")
  @Nullable Path output;

  @Option(
      names = "--npz",
      paramLabel = "FILE",
      description =
          "where the importance of every parameter goes for numpy.load: the diagonal Fisher"
              + " information, by the names of the tensors, as elastic weight consolidation takes it")
  @Nullable Path npz;

  @Option(
      names = "--prune",
      paramLabel = "FRACTION",
      defaultValue = "10%",
      converter = Fraction.class,
      description = "of the parameters, to name as candidates (default: ${DEFAULT-VALUE})")
  double prune;

  @Option(
      names = "--protect",
      paramLabel = "FRACTION",
      defaultValue = "10%",
      converter = Fraction.class,
      description = "of the parameters, to protect (default: ${DEFAULT-VALUE})")
  double protect;

  @Option(
      names = "--model-path",
      paramLabel = "FILE",
      description = "TorchScript file (default: that of the configuration)")
  @Nullable Path model;

  @Option(
      names = "--samples",
      paramLabel = "FILE",
      description =
          "requests to compute it of, one a line (default: a sample of the report's time, which the"
              + " samples topic keeps for a while)")
  @Nullable Path samples;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      defaultValue = "classification",
      converter = ModelOptions.TaskConverter.class,
      description =
          "with --readings: classification, binary, multilabel or regression (default:"
              + " ${DEFAULT-VALUE})")
  Task task;

  @Option(
      names = "--outputs",
      paramLabel = "KIND",
      defaultValue = "logits",
      converter = ModelOptions.OutputConverter.class,
      description =
          "with --readings: logits, log-probabilities or probabilities (default: ${DEFAULT-VALUE})")
  OutputKind outputs;

  /** Whether anything of it is asked for. */
  boolean wanted() {
    return wanted || output != null || npz != null;
  }

  /** Before anything is computed, which may take long. */
  static void requireFolders(@Nullable Path... files) throws IOException {
    for (Path file : Stream.of(files).filter(f -> f != null).toList()) {
      Path folder = file.toAbsolutePath().getParent();
      if (folder == null || !Files.isDirectory(folder)) {
        throw new NoSuchFileException(String.valueOf(folder));
      }
    }
  }

  /** Reads {@code 10%} or {@code 0.1}. */
  static final class Fraction implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      boolean percent = value.endsWith("%");
      try {
        double number =
            Double.parseDouble(percent ? value.substring(0, value.length() - 1) : value);
        double fraction = percent ? number / 100 : number;
        if (fraction >= 0 && fraction <= 1) {
          return fraction;
        }
      } catch (NumberFormatException e) {
        throw new TypeConversionException(expected(value));
      }
      throw new TypeConversionException(expected(value));
    }

    private static String expected(String value) {
      return "'%s' is no fraction from 0%% to 100%%, for instance 10%%".formatted(value);
    }
  }
}
