package io.gradwatch.cli;

import io.gradwatch.agent.BaselineTopic;
import io.gradwatch.cli.BaselineOptions.Opened;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.drift.StoredBaseline.Origin;
import io.gradwatch.importance.ImportanceSnapshot;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a baseline. */
@Command(
    name = "create",
    description = {
      "Makes a baseline.",
      "With --config and MODEL: of past windows of the importance topic or, with --samples, of disjoint"
          + " windows of a reference file, computed as the agent computes live ones. It goes into the"
          + " baselines topic, or to --output, and counts once it is approved.",
      "With --model, --samples and --output: of a reference file, without Kafka."
    },
    modelTransformer = BaselineCreate.EitherWay.class,
    footer = {
      "%nExamples:",
      "  gradwatch baseline create --config gradwatch.yaml fraud --last 300",
      "  gradwatch baseline create --model fraud.pt --samples june.jsonl -o june.json"
    })
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BaselineCreate implements Callable<Integer> {
  private static final Set<String> CONFIGURED =
      Set.of(
          "--config",
          "--samples",
          "--output",
          "--from",
          "--to",
          "--since-onset",
          "--last",
          "--model-version",
          "--note",
          "--dry-run",
          "--format");
  private static final List<String> OF_FILE = List.of("--model", "--samples", "--output");

  @Spec private CommandSpec spec;
  @Mixin private Windows windows;
  @Mixin private HistoryOptions history;
  @Mixin private BaselineWriter writer;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "CONFIG",
      description = "configuration in YAML")
  private @Nullable Path config;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "name of a model in the configuration")
  private @Nullable String model;

  @Option(
      names = "--model-version",
      paramLabel = "VERSION",
      description = "version whose past windows are taken (default: that of the newest one)")
  private @Nullable String version;

  @Option(names = "--note", paramLabel = "TEXT", description = "what others should know of it")
  private @Nullable String note;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "where the baseline is written, instead of the topic")
  private @Nullable Path output;

  /** What the options of a model file require is not required beside a configuration. */
  static final class EitherWay implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      for (String name : OF_FILE) {
        OptionSpec option = command.findOption(name);
        if (option != null && option.required()) {
          command.remove(option);
          command.addOption(OptionSpec.builder(option).required(false).build());
        }
      }
      return command;
    }
  }

  @Override
  public Integer call() throws Exception {
    Path file = output;
    Path folder = file == null ? null : file.toAbsolutePath().getParent();
    if (file != null && (folder == null || !Files.isDirectory(folder))) {
      // Before the windows are computed, which may take long.
      throw new NoSuchFileException(String.valueOf(folder));
    }
    return config == null ? ofFile() : ofConfigured(GradwatchConfig.load(config, System.getenv()));
  }

  private int ofFile() throws IOException {
    List<String> missing = OF_FILE.stream().filter(name -> !given().contains(name)).toList();
    Path file = output;
    if (!missing.isEmpty() || file == null || model != null) {
      throw new ParameterException(
          spec.commandLine(),
          model != null
              ? "MODEL needs --config, which it is a model of"
              : "Missing required options: %s; or give --config and MODEL"
                  .formatted(String.join(", ", missing)));
    }
    DriftSettings settings = windows.drift.settings();
    List<ImportanceSnapshot> snapshots = new ArrayList<>();
    try (ProgressLine progress = new ProgressLine(err(), "windows")) {
      windows.forEach(null, progress, snapshots::add);
    }
    Baseline baseline = Baseline.of(snapshots, settings);
    BaselineResult result = BaselineResult.of(baseline, settings);
    writer.save(file, JsonLine.of(baseline), result);
    err().printf("%s: %d windows of %d samples%n", file, baseline.windows(), windows.size);
    if (result.shortcoming() != null) {
      err()
          .println("It cannot carry the budget of false alarms yet: " + result.shortcoming() + ".");
    }
    return 0;
  }

  private int ofConfigured(GradwatchConfig loaded) throws IOException, InterruptedException {
    String name = requireModelAlone();
    Opened opened =
        new Opened(loaded, BaselineOptions.settings(spec, loaded, name), new BaselineTopic(loaded));
    boolean reference = given().contains("--samples");
    List<ImportanceSnapshot> snapshots =
        reference ? reference(loaded, opened) : history.read(opened, version, err());
    StoredBaseline stored =
        StoredBaseline.of(
            opened.model(),
            snapshots.get(0).version(),
            reference ? Origin.FILE : Origin.HISTORY,
            InstantSource.system().millis(),
            BaselineOptions.user(),
            note,
            Baseline.of(snapshots, opened.settings().drift()));
    Path file = output;
    if (file == null) {
      writer.publish(opened, stored);
    } else {
      writer.save(file, JsonLine.of(stored), BaselineResult.of(opened, stored));
      err().printf("%s: %d windows%n", file, stored.baseline().windows());
    }
    return 0;
  }

  /** The model's name: what its configuration says is not said once more. */
  private String requireModelAlone() {
    List<String> others =
        given().stream().filter(name -> !CONFIGURED.contains(name)).sorted().toList();
    String name = model;
    if (!others.isEmpty() || name == null) {
      throw new ParameterException(
          spec.commandLine(),
          name == null
              ? "Missing required parameter: MODEL, which of the configuration's models"
              : "%s: the configuration says it, leave it out beside --config"
                  .formatted(String.join(", ", others)));
    }
    return name;
  }

  private List<ImportanceSnapshot> reference(GradwatchConfig loaded, Opened opened)
      throws IOException {
    try (ProgressLine progress = new ProgressLine(err(), "windows")) {
      return ReferenceWindows.of(loaded, opened.settings(), windows.options.samples, progress);
    }
  }

  private List<String> given() {
    return spec.commandLine().getParseResult().matchedOptions().stream()
        .map(OptionSpec::longestName)
        .toList();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
