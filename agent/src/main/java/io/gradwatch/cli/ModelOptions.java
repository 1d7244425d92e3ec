package io.gradwatch.cli;

import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.Grouping;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Task;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.JsonLines;
import io.gradwatch.window.SampleReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options of commands that take a model and a file of samples. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class ModelOptions extends SampleOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(names = "--model", required = true, paramLabel = "FILE", description = "TorchScript file")
  Path model;

  @Option(
      names = "--outputs",
      paramLabel = "KIND",
      defaultValue = "logits",
      converter = OutputConverter.class,
      description = "logits, log-probabilities or probabilities (default: ${DEFAULT-VALUE})")
  OutputKind outputs;

  @Option(
      names = "--micro-batch",
      defaultValue = "auto",
      paramLabel = "B",
      converter = MicroBatchConverter.class,
      description =
          "samples a pass; 1 is exact a sample, auto the largest that is not much noisier"
              + " (default: ${DEFAULT-VALUE})")
  int microBatch;

  /** Opens the model on this thread and watches its first output. */
  DifferentiableModel open() {
    return open(OutputPick.FIRST);
  }

  /** Opens the model on this thread. */
  DifferentiableModel open(OutputPick output) {
    return TorchScript.load(model, deviceSettings(spec), output);
  }

  ImportanceSettings settings(Set<ImportanceMethod> methods, boolean labelled) {
    return settings(methods, Grouping.TENSOR, labelled);
  }

  /**
   * What the options say.
   *
   * @param methods those with passes of their own are left out
   */
  ImportanceSettings settings(Set<ImportanceMethod> methods, Grouping grouping, boolean labelled) {
    Set<ImportanceMethod> onePass = EnumSet.copyOf(ImportanceMethod.onePassMethods());
    if (methods.stream().anyMatch(ImportanceMethod::onePass)) {
      onePass.retainAll(methods);
    }
    return usage(
        spec,
        () ->
            new ImportanceSettings(
                task,
                outputs,
                outputs,
                onePass,
                List.of(),
                grouping,
                microBatch,
                labelled,
                List.of()));
  }

  /** Builds settings of options; what they refuse is wrong usage. */
  static <T> T usage(CommandSpec spec, Supplier<T> settings) {
    try {
      return settings.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** The lines of the file, in its order. */
  List<JsonLines.Line> readLines() throws IOException {
    try (Stream<JsonLines.Line> lines = lines()) {
      return lines.toList();
    }
  }

  /** Where each of the rows of such lines stands, in their order. */
  List<SampleReference> references(List<JsonLines.Line> lines) {
    String file = String.valueOf(samples.getFileName());
    return lines.stream()
        .flatMap(
            line ->
                IntStream.range(0, line.samples().size())
                    .mapToObj(row -> new SampleReference(file, 0, line.number(), row)))
        .toList();
  }

  /** Reads {@link Task#label}. */
  static final class TaskConverter implements ITypeConverter<Task> {
    @Override
    public Task convert(String value) {
      return find(Task.values(), Task::label, value);
    }
  }

  /** Reads a number, or {@code auto}. */
  static final class MicroBatchConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      if (value.equals("auto")) {
        return ImportanceSettings.AUTO;
      }
      try {
        return Integer.parseInt(value);
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'%s' is neither auto nor a number".formatted(value));
      }
    }
  }

  /** Reads {@link OutputKind#label}. */
  static final class OutputConverter implements ITypeConverter<OutputKind> {
    @Override
    public OutputKind convert(String value) {
      return find(OutputKind.values(), OutputKind::label, value);
    }
  }

  /** Reads {@link ImportanceMethod#label}. */
  static final class MethodConverter implements ITypeConverter<ImportanceMethod> {
    @Override
    public ImportanceMethod convert(String value) {
      return find(ImportanceMethod.values(), ImportanceMethod::label, value);
    }
  }

  /** Reads {@link ImportanceMethod#label}, or {@code all}. */
  static final class MethodsConverter implements ITypeConverter<Set<ImportanceMethod>> {
    @Override
    public Set<ImportanceMethod> convert(String value) {
      return value.equals("all")
          ? EnumSet.allOf(ImportanceMethod.class)
          : EnumSet.of(new MethodConverter().convert(value));
    }
  }

  /** Reads {@link Grouping#label}. */
  static final class GroupingConverter implements ITypeConverter<Grouping> {
    @Override
    public Grouping convert(String value) {
      return find(Grouping.values(), Grouping::label, value);
    }
  }

  private static <T> T find(T[] values, Function<T, String> label, String text) {
    List<String> labels = Stream.of(values).map(label).toList();
    int index = labels.indexOf(text);
    if (index < 0) {
      throw new TypeConversionException(
          "'%s' is not one of %s".formatted(text, String.join(", ", labels)));
    }
    return values[index];
  }
}
