package io.gradwatch.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.gradwatch.agent.BaselineFile;
import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.ConceptTracker;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.DriftTracker;
import io.gradwatch.report.ReadingLine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Replays a file of samples through importance and drift, without Kafka. */
@Command(
    name = "backtest",
    description =
        "Replays a file of samples through importance and drift, one reading a window.%n"
            + "Without --baseline the first windows make it.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BacktestCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Windows windows;

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description = "baseline that 'gradwatch baseline create' wrote")
  private @Nullable Path baseline;

  @Option(
      names = "--label-samples",
      paramLabel = "K",
      defaultValue = "0",
      description =
          "labelled rows of a window that a concept score is made of; each window then has a second"
              + " reading (default: none)")
  private int labelSamples;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table or json (default: ${DEFAULT-VALUE})")
  private OutputFormat format;

  /** A reading with the window's number. */
  private record Numbered(int window, @JsonUnwrapped DriftReading reading) {}

  @Override
  public Integer call() throws Exception {
    Baseline given = baseline == null ? null : BaselineFile.read(baseline);
    DriftSettings settings = windows.drift.settings(labelSamples == 0 ? 1 : 2);
    DriftTracker tracker = DriftTracker.start(settings, given);
    windows.labelSamples = labelSamples;
    ConceptTracker concept = ConceptTracker.start(settings, Math.max(1, labelSamples));
    int[] window = {0};
    windows.forEach(
        given == null ? null : given.settled(),
        spec.commandLine().getErr(),
        snapshot -> {
          print(window[0], tracker.accept(snapshot).reading());
          concept.accept(snapshot).ifPresent(step -> print(window[0], step.reading()));
          window[0]++;
        });
    return 0;
  }

  private void print(int window, @Nullable DriftReading reading) {
    if (reading == null) {
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        format == OutputFormat.JSON
            ? Json.line(new Numbered(window, reading))
            : ReadingLine.of(reading));
    out.flush();
  }
}
