package io.gradwatch.cli;

import io.gradwatch.agent.ModelObservations;
import io.gradwatch.agent.Readers;
import io.gradwatch.agent.ReadingsFile;
import io.gradwatch.agent.SampledTraffic;
import io.gradwatch.agent.Version;
import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.Grouping;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.OutputPick;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.importance.layout.ModelLocation;
import io.gradwatch.recommend.Recommendation;
import io.gradwatch.report.document.Findings;
import io.gradwatch.report.document.Observations;
import io.gradwatch.report.document.Page;
import io.gradwatch.report.document.Report;
import io.gradwatch.report.document.Verdict;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.JsonLines;
import io.gradwatch.sample.SampleReader;
import io.gradwatch.sample.payload.PayloadReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A report for people who do not read metrics. */
@Command(
    name = "report",
    description = {
      "Writes a report of one model for people who do not read metrics: what happened, what it means,"
          + " what to do, with pictures.",
      "With --config: of what the drift and the importance topic hold. With --readings: of what"
          + " 'gradwatch backtest --format json' printed."
    },
    footer = {
      "%nExamples:",
      "  gradwatch report -c gradwatch.yaml fraud -o report.html",
      "  gradwatch report --readings readings.jsonl --format markdown -o report.md"
    })
@SuppressWarnings("NullAway.Init") // picocli sets what has a default
final class ReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private PeriodOptions period;
  @Mixin private RecommendOptions recommend;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "CONFIG",
      description = "configuration in YAML")
  private @Nullable Path config;

  @Option(
      names = "--readings",
      paramLabel = "FILE",
      description = "readings, one a line, instead of topics")
  private @Nullable Path readings;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "name of a model in the configuration")
  private @Nullable String positional;

  @Option(names = "--model", paramLabel = "MODEL", description = "the same as an option")
  private @Nullable String option;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "where it is written (default: standard output)")
  private @Nullable Path output;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "html, json or markdown (default: by the output's ending, else html)")
  private @Nullable ReportFormat format;

  /** The model of a configuration. */
  private record Configured(GradwatchConfig config, ModelSettings model) {}

  @Override
  public Integer call() throws Exception {
    String model = model();
    check();
    RecommendOptions.requireFolders(output, recommend.output, recommend.npz);
    Configured configured = config == null ? null : configured(config, model);
    Observations seen =
        configured == null
            ? ReadingsFile.read(readings(), model)
            : ModelObservations.read(
                configured.config(), configured.model(), period.from, period.to);
    Recommendation found = recommend.wanted() ? recommendation(configured) : null;
    ShownSamples shown = configured == null ? ShownSamples.NONE : shown(configured, seen);
    Report report =
        Report.of(
            seen,
            Version.current(),
            found,
            shown.filters(),
            sample -> shown.of(sample.reference()));
    write(report);
    if (report.verdict() == Verdict.NO_DATA) {
      spec.commandLine()
          .getErr()
          .printf(
              "gradwatch: no window of model '%s' in %s%s%s; widen the range, or see with 'gradwatch doctor' whether the agent runs%n",
              seen.model(),
              seen.source(),
              period.from == null ? "" : ", from " + period.from,
              period.to == null ? "" : ", to " + period.to);
      return Main.FAILED;
    }
    return 0;
  }

  private ShownSamples shown(Configured configured, Observations seen) {
    Contributors contributors = Findings.of(seen).contributors();
    return contributors == null
        ? ShownSamples.NONE
        : ShownSamples.of(
            configured.config(),
            configured.model(),
            contributors.samples(),
            spec.commandLine().getErr());
  }

  private @Nullable String model() {
    if (positional != null && option != null && !positional.equals(option)) {
      throw usage("MODEL is '%s' and --model '%s': name one".formatted(positional, option));
    }
    return positional == null ? option : positional;
  }

  private void check() {
    if ((config == null) == (readings == null)) {
      throw usage("name one of --config and --readings: where the report is read from");
    }
    if (period.from != null && period.to != null && !period.from.isBefore(period.to)) {
      throw usage("--from %s is not before --to %s".formatted(period.from, period.to));
    }
    if (readings != null && period.isGiven()) {
      throw usage("--from and --to need --config: a file of readings is read as a whole");
    }
    if (format == null) {
      ModelOptions.usage(spec, () -> ReportFormat.of(output));
    }
    if (readings != null
        && recommend.wanted()
        && (recommend.model == null || recommend.samples == null)) {
      throw usage("--recommend with --readings needs --model-path and --samples");
    }
  }

  private Path readings() {
    if (readings == null) {
      throw usage("name one of --config and --readings: where the report is read from");
    }
    return readings;
  }

  private Configured configured(Path file, @Nullable String model) {
    GradwatchConfig loaded = GradwatchConfig.load(file, System.getenv());
    if (model == null && loaded.models().size() > 1) {
      throw usage(
          "Missing required parameter: MODEL, one of %s"
              .formatted(
                  String.join(", ", loaded.models().stream().map(ModelSettings::name).toList())));
    }
    String name = model == null ? loaded.models().get(0).name() : model;
    return new Configured(loaded, BaselineOptions.settings(spec, loaded, name));
  }

  private Recommendation recommendation(@Nullable Configured configured) throws IOException {
    Path file = recommend.samples;
    ModelSettings model = configured == null ? null : configured.model();
    List<InferenceSample> samples =
        configured == null || file != null
            ? read(
                file == null ? readings() : file,
                model == null ? PayloadReader.AUTO : Readers.of(model))
            : SampledTraffic.read(configured.config(), configured.model(), period.from, period.to);
    if (samples.isEmpty()) {
      throw new IllegalArgumentException(file + " holds no samples");
    }
    DeviceSettings device =
        configured == null
            ? new DeviceSettings("cpu", 1)
            : DeviceSettings.of(
                configured.model().device(), configured.config().worker().threads());
    Path path = recommend.model;
    ModelLocation location =
        path != null || model == null
            ? ModelLocation.of(path == null ? readings() : path)
            : model.location();
    return Recommender.of(
        TorchScript.load(location, device, model == null ? OutputPick.FIRST : model.output()),
        model == null ? settings() : model.importance(),
        samples,
        recommend,
        spec.commandLine().getErr());
  }

  private ImportanceSettings settings() {
    return ModelOptions.usage(
        spec,
        () ->
            new ImportanceSettings(
                recommend.task,
                recommend.outputs,
                recommend.outputs,
                ImportanceMethod.onePassMethods(),
                List.of(),
                Grouping.TENSOR,
                1,
                false,
                List.of()));
  }

  private static List<InferenceSample> read(Path file, SampleReader reader) throws IOException {
    try (Stream<JsonLines.Line> lines = JsonLines.read(file, reader)) {
      return lines.flatMap(line -> line.samples().stream()).toList();
    }
  }

  private void write(Report report) throws IOException {
    ReportFormat wanted = format == null ? ReportFormat.of(output) : format;
    String text =
        switch (wanted) {
          case HTML -> Page.of(report).html();
          case MARKDOWN -> Page.of(report).markdown();
          case JSON -> JsonLine.of(report) + "\n";
        };
    Path file = output;
    if (file == null) {
      spec.commandLine().getOut().print(text);
      spec.commandLine().getOut().flush();
    } else {
      Files.writeString(file, text, StandardCharsets.UTF_8);
      spec.commandLine().getErr().printf("%s: %s%n", file, report.verdict().headline());
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
