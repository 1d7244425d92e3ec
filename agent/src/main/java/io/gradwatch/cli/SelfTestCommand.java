package io.gradwatch.cli;

import io.gradwatch.agent.BaselineTopic;
import io.gradwatch.cli.BaselineOptions.Opened;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.selftest.BudgetCheck;
import io.gradwatch.selftest.Plan;
import io.gradwatch.selftest.SelfTest;
import io.gradwatch.selftest.SelfTestReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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

/** Whether the budget of false alarms holds on somebody's own traffic, and what would be found. */
@Command(
    name = "selftest",
    description = {
      "Tests the budget of false alarms on your own model and traffic.",
      "Splits traffic that is taken to be without drift into runs, one after the other in time, each a"
          + " baseline and the windows after it, and holds the runs that page against the budget."
          + " Then puts shifts into samples and says how many are found, and how soon.",
      "With --config and MODEL: of past windows of the importance topic; with --samples too, shifts"
          + " are put into the samples of that file. With --model and --samples: of a file, without"
          + " Kafka. With --demo: of the demonstration's model and digits.",
      "Ends with 1 if more runs page than the budget can explain, with 2 if nothing could be tested."
    },
    modelTransformer = SelfTestCommand.AnySource.class,
    footer = {
      "%nExamples:",
      "  gradwatch selftest --config gradwatch.yaml fraud",
      "  gradwatch selftest --demo --runs 2"
    })
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class SelfTestCommand implements Callable<Integer> {
  private static final double STRONGEST = 100;
  private static final Set<String> ANY =
      Set.of("--windows", "--runs", "--patience", "--strength", "--format");
  private static final Set<String> PAST =
      Set.of("--from", "--to", "--since-onset", "--last", "--model-version");
  private static final Set<String> FILE =
      Set.of("--model", "--samples", "--task", "--outputs", "--config");

  @Spec private CommandSpec spec;
  @Mixin private Windows windows;
  @Mixin private HistoryOptions history;

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

  @Option(
      names = "--demo",
      description =
          "take the demonstration's model and digits, in windows of "
              + SelfTestSubject.DEMO_SAMPLES
              + " samples if nothing else is said")
  private boolean demo;

  @Option(
      names = "--windows",
      paramLabel = "T",
      description = "windows after the baseline in each run (default: twice the baseline's length)")
  private @Nullable Integer live;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description =
          "runs at most (default: as many as there are windows for, "
              + SelfTestSubject.DEMO_RUNS
              + " with --demo)")
  private @Nullable Integer runs;

  @Option(
      names = "--patience",
      paramLabel = "N",
      defaultValue = "50",
      description = "windows in which a shift has to be found (default: ${DEFAULT-VALUE})")
  private int patience;

  @Option(
      names = "--strength",
      paramLabel = "X",
      defaultValue = "1",
      description =
          "how strong the shifts of single features are: by X standard deviations, noise of X"
              + " standard deviations, times 1 + X/2 (default: ${DEFAULT-VALUE})")
  private double strength;

  @Mixin private FormatOption format;

  /** What the options of a model file require is not required beside another source. */
  static final class AnySource implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      for (String name : List.of("--model", "--samples")) {
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
  public Integer call() throws IOException {
    if (!(strength > 0 && strength <= STRONGEST)) {
      throw misused("--strength is %s, must be above 0 to %s".formatted(strength, STRONGEST));
    }
    Plan.Wish wish = ModelOptions.usage(spec, () -> new Plan.Wish(live, runs, patience));
    try (SelfTestSubject subject = subject(wish)) {
      return play(subject);
    }
  }

  private SelfTestSubject subject(Plan.Wish wish) throws IOException {
    Set<String> given = given();
    if (config == null && model != null) {
      throw misused("MODEL needs --config, which it is a model of");
    }
    if (demo) {
      refuse(given, Set.of("--demo"), FILE, "the demonstration says it");
      refuse(given, Set.of("--demo"), PAST, "it goes with --config");
      return SelfTestSubject.ofDemo(
          spec,
          windows,
          given.contains("--window-samples") ? windows.size : SelfTestSubject.DEMO_SAMPLES,
          strength,
          wish);
    }
    if (config == null) {
      if (!given.containsAll(Set.of("--model", "--samples"))) {
        throw misused("Say what to test: --model and --samples, or --config and MODEL, or --demo");
      }
      refuse(given, Set.of(), PAST, "it goes with --config");
      return SelfTestSubject.ofFile(spec, windows, strength, wish);
    }
    String name = model;
    if (name == null) {
      throw misused("Missing required parameter: MODEL, which of the configuration's models");
    }
    Set<String> others = new TreeSet<>(given);
    Set.of(ANY, PAST, Set.of("--config", "--samples")).forEach(others::removeAll);
    refuse(given, Set.of("--config"), others, "the configuration says it");
    GradwatchConfig loaded = GradwatchConfig.load(config, System.getenv());
    Opened opened =
        new Opened(loaded, BaselineOptions.settings(spec, loaded, name), new BaselineTopic(loaded));
    return SelfTestSubject.ofHistory(
        spec,
        opened,
        history.read(opened, version, err()),
        given.contains("--samples") ? windows.options.samples : null,
        strength,
        wish);
  }

  private int play(SelfTestSubject subject) {
    int runs = subject.plan().runs();
    SelfTestReport report;
    try (ProgressLine progress = new ProgressLine(err(), "windows at most")) {
      report =
          new SelfTest(
                  subject.settings(),
                  subject.plan(),
                  subject.recording(),
                  subject.model(),
                  subject.injections().applicable(),
                  (run, done, atMost) ->
                      progress.at("run %d of %d".formatted(run, runs), done, atMost))
              .run();
    }
    format.print(
        spec.commandLine().getOut(),
        SelfTestView.of(report, subject),
        () -> SelfTestTable.of(report, subject));
    BudgetCheck check = report.check();
    if (check == null) {
      err().println("gradwatch: no run could be calibrated, so nothing was tested");
      return Main.USAGE;
    }
    return check.contradicted() ? Main.FAILED : 0;
  }

  private void refuse(Set<String> given, Set<String> beside, Set<String> refused, String reason) {
    Set<String> both = new TreeSet<>(given);
    both.retainAll(refused);
    if (!both.isEmpty()) {
      throw misused(
          "%s: %s, leave it out%s"
              .formatted(
                  String.join(", ", both),
                  reason,
                  beside.isEmpty() ? "" : " beside " + String.join(", ", beside)));
    }
  }

  private ParameterException misused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Set<String> given() {
    return spec.commandLine().getParseResult().matchedOptions().stream()
        .map(OptionSpec::longestName)
        .collect(Collectors.toSet());
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
