package io.gradwatch.cli;

import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.Grouping;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OwnPasses;
import io.gradwatch.importance.Tuning;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The importance of a model's parameters over a file of samples, once. */
@Command(
    name = "importance",
    description = "Computes the parameter importance of a model over a file of samples.",
    footer = {
      "%nExamples:",
      "  gradwatch importance --model fraud.pt --samples day.jsonl",
      "  gradwatch importance --model fraud.pt --samples day.jsonl --methods shapley"
    })
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class ImportanceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions options;

  @Option(
      names = "--methods",
      paramLabel = "METHOD",
      split = ",",
      defaultValue = "fisher,taylor,unit-taylor,gradient",
      converter = ModelOptions.MethodsConverter.class,
      description =
          "all, or any of fisher, taylor, unit-taylor, gradient, attribution, mas, mas-rms,"
              + " weight-magnitude, sensitivity, permutation, dropout, activation, shapley, separated"
              + " by commas (default: ${DEFAULT-VALUE})")
  private Set<ImportanceMethod> methods;

  @Option(
      names = "--groups",
      paramLabel = "GROUPS",
      defaultValue = "tensor",
      converter = ModelOptions.GroupingConverter.class,
      description = "what is one group: tensor, module or unit (default: ${DEFAULT-VALUE})")
  private Grouping grouping;

  @Option(
      names = "--budget",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "device time of each method after gradient; it ends with what is done by then (default:"
              + " ${DEFAULT-VALUE})")
  private double budget;

  @Option(
      names = "--output",
      paramLabel = "OUTPUT",
      defaultValue = "0",
      description =
          "which of several outputs is watched: its number from 0, or its key (default: ${DEFAULT-VALUE})")
  private String output;

  @Option(
      names = "--labelled",
      description =
          "use the loss on the samples' labels (parameters.label) instead of the model's own predictive"
              + " distribution; attribution, mas, mas-rms and weight-magnitude know no labels")
  private boolean labelled;

  @Mixin private FormatOption format;

  @Override
  public Integer call() throws Exception {
    Duration limit = ModelOptions.usage(spec, this::limit);
    ImportanceSettings open = options.settings(EnumSet.copyOf(methods), grouping, labelled);
    OutputPick pick = ModelOptions.usage(spec, () -> new OutputPick(output));
    List<InferenceSample> samples = read();
    List<ImportanceSnapshot> snapshots = new ArrayList<>();
    ImportanceSettings settings;
    boolean failed = false;
    try (DifferentiableModel model = options.open(pick)) {
      SampleBatch batch =
          new SampleBatch(model.version().name(), 0, 1, samples, samples.size(), "");
      settings = Tuning.choose(model, open, samples).applyTo(open);
      if (methods.stream().anyMatch(ImportanceMethod::onePass)) {
        snapshots.add(OnePass.importance(model, settings, batch, System::nanoTime));
      }
      for (ImportanceMethod method : EnumSet.copyOf(methods)) {
        try {
          if (!method.onePass()) {
            snapshots.add(ownPasses(model, settings, method, batch, limit));
          }
        } catch (ModelFailureException e) {
          err().printf("gradwatch: %s: %s%n", method.label(), e.getMessage());
          failed = true;
        }
      }
    }
    if (!snapshots.isEmpty()) {
      print(ImportanceView.of(snapshots, samples.size(), settings.microBatch(), labelled));
    }
    return failed ? Main.FAILED : 0;
  }

  private ImportanceSnapshot ownPasses(
      DifferentiableModel model,
      ImportanceSettings settings,
      ImportanceMethod method,
      SampleBatch batch,
      Duration limit) {
    try (ProgressLine progress = new ProgressLine(err(), units(method))) {
      // Each pass looks at the clock, for the sake of the budget.
      LongSupplier clock =
          () -> {
            progress.within(method.label(), budget);
            return System.nanoTime();
          };
      return OwnPasses.importance(
          model,
          settings,
          method,
          batch,
          limit,
          clock,
          (done, all) -> progress.at(method.label(), done, all));
    }
  }

  /** What {@link io.gradwatch.importance.WorkProgress} counts. */
  private static String units(ImportanceMethod method) {
    return method == ImportanceMethod.SHAPLEY ? "orders" : "micro-batches";
  }

  private List<InferenceSample> read() throws IOException {
    List<InferenceSample> samples = options.requireAny(options.read());
    long unlabelled = samples.stream().filter(sample -> sample.label() == null).count();
    if (labelled && unlabelled > 0) {
      throw new IllegalArgumentException(
          "%d of %d samples in %s have no label; put it into parameters.label or leave out --labelled"
              .formatted(unlabelled, samples.size(), options.samples));
    }
    return samples;
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  private void print(ImportanceView view) {
    format.print(spec.commandLine().getOut(), view, () -> ImportanceTable.of(view));
  }

  private Duration limit() {
    if (!(budget > 0 && budget <= 86_400)) {
      throw new IllegalArgumentException("budget is " + budget + ", must be above 0 to 86400");
    }
    return Duration.ofNanos(Math.round(budget * 1e9));
  }
}
