package io.gradwatch.cli;

import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.Tuning;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The importance of a model's parameters over a file of samples, once. */
@Command(
    name = "importance",
    description = "Computes the parameter importance of a model over a file of samples.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class ImportanceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions options;

  @Option(
      names = "--methods",
      paramLabel = "METHOD",
      split = ",",
      defaultValue = "fisher,taylor,unit-taylor,gradient",
      converter = ModelOptions.MethodConverter.class,
      description = "any of ${DEFAULT-VALUE}, separated by commas (default: all)")
  private Set<ImportanceMethod> methods;

  @Option(
      names = "--labelled",
      description =
          "use the loss on the samples' labels (parameters.label) instead of the model's own predictive distribution")
  private boolean labelled;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table or json (default: ${DEFAULT-VALUE})")
  private OutputFormat format;

  @Override
  public Integer call() throws Exception {
    List<InferenceSample> samples = options.read();
    if (samples.isEmpty()) {
      throw new IllegalArgumentException(options.samples + " holds no samples");
    }
    long unlabelled = samples.stream().filter(sample -> sample.label() == null).count();
    if (labelled && unlabelled > 0) {
      throw new IllegalArgumentException(
          "%d of %d samples in %s have no label; put it into parameters.label or leave out --labelled"
              .formatted(unlabelled, samples.size(), options.samples));
    }
    try (DifferentiableModel model = options.open()) {
      SampleBatch batch =
          new SampleBatch(model.version().name(), 0, 1, samples, samples.size(), "");
      ImportanceSettings open = options.settings(methods, labelled);
      ImportanceSettings settings = Tuning.choose(model, open, samples).applyTo(open);
      ImportanceSnapshot snapshot = OnePass.importance(model, settings, batch, System::nanoTime);
      ImportanceView view = ImportanceView.of(snapshot, methods, labelled);
      spec.commandLine()
          .getOut()
          .println(format == OutputFormat.JSON ? Json.line(view) : view.table());
      return 0;
    }
  }
}
