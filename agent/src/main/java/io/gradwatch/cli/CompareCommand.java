package io.gradwatch.cli;

import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.Grouping;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.Tuning;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Two models on the same samples. */
@Command(
    name = "compare",
    description = {
      "Compares the parameter importance of two models over the same samples.",
      "Two versions of one architecture are compared group by group, two architectures by depth and"
          + " by rank. Nothing else in Gradwatch compares across versions."
    },
    footer = {
      "%nExample:",
      "  gradwatch compare --model v1.pt --model v2.pt --samples requests.jsonl"
    })
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class CompareCommand implements Callable<Integer> {
  private static final int MODELS = 2;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "TorchScript file; twice, the first is what the second is compared with")
  private List<Path> models;

  @Option(
      names = "--outputs",
      paramLabel = "KIND",
      defaultValue = "logits",
      converter = ModelOptions.OutputConverter.class,
      description =
          "logits, log-probabilities or probabilities; twice if the models differ (default:"
              + " ${DEFAULT-VALUE})")
  private List<OutputKind> outputs;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = "taylor",
      converter = ModelOptions.MethodConverter.class,
      description = "taylor, fisher or unit-taylor (default: ${DEFAULT-VALUE})")
  private ImportanceMethod method;

  @Option(
      names = "--groups",
      paramLabel = "GROUPS",
      defaultValue = "tensor",
      converter = ModelOptions.GroupingConverter.class,
      description = "what is one group: tensor or module (default: ${DEFAULT-VALUE})")
  private Grouping grouping;

  @Option(
      names = "--micro-batch",
      defaultValue = "auto",
      paramLabel = "B",
      converter = ModelOptions.MicroBatchConverter.class,
      description =
          "samples a pass, the same for both; auto the smaller of what suits each (default:"
              + " ${DEFAULT-VALUE})")
  private int microBatch;

  @Mixin private SampleOptions options;
  @Mixin private FormatOption format;

  @Override
  public Integer call() throws IOException {
    refuseWrongUsage();
    DeviceSettings where = options.deviceSettings(spec);
    List<InferenceSample> rows = options.requireAny(options.read());
    try (DifferentiableModel first = open(0, where);
        DifferentiableModel second = open(1, where)) {
      Tuning ofFirst = Tuning.choose(first, settings(0), rows);
      Tuning ofSecond = Tuning.choose(second, settings(1), rows);
      int b = Math.min(ofFirst.microBatch(), ofSecond.microBatch());
      boolean oneScale = ofFirst.outputDeviations().size() == ofSecond.outputDeviations().size();
      List<Double> deviations = oneScale ? ofFirst.outputDeviations() : ofSecond.outputDeviations();
      CompareView view =
          CompareView.of(
              importance(
                  first, new Tuning(b, ofFirst.outputDeviations()).applyTo(settings(0)), rows),
              importance(second, new Tuning(b, deviations).applyTo(settings(1)), rows),
              method,
              grouping,
              oneScale);
      format.print(spec.commandLine().getOut(), view, () -> CompareTable.of(view));
    }
    return 0;
  }

  private void refuseWrongUsage() {
    if (models.size() != MODELS) {
      throw misused("--model is given %d times, must be twice".formatted(models.size()));
    }
    if (outputs.size() > MODELS) {
      throw misused("--outputs is given %d times, must be once or twice".formatted(outputs.size()));
    }
    if (!method.onePass() || method == ImportanceMethod.GRADIENT) {
      throw misused(
          "--method is %s, must be taylor, fisher or unit-taylor".formatted(method.label()));
    }
    if (grouping == Grouping.UNIT) {
      throw misused("--groups is unit, must be tensor or module");
    }
  }

  private ParameterException misused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private DifferentiableModel open(int model, DeviceSettings where) {
    return TorchScript.load(models.get(model), where, OutputPick.FIRST);
  }

  private ImportanceSettings settings(int model) {
    OutputKind kind = outputs.get(Math.min(model, outputs.size() - 1));
    return ModelOptions.usage(
        spec,
        () ->
            new ImportanceSettings(
                options.task,
                kind,
                kind,
                Set.of(method),
                List.of(),
                grouping,
                microBatch,
                false,
                List.of()));
  }

  private static ImportanceSnapshot importance(
      DifferentiableModel model, ImportanceSettings settings, List<InferenceSample> rows) {
    SampleBatch batch = new SampleBatch(model.version().name(), 0, 1, rows, rows.size(), "");
    return OnePass.importance(model, settings, batch, System::nanoTime);
  }
}
