package io.gradwatch.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.gradwatch.agent.BaselineFile;
import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.ConceptTracker;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.DriftStep;
import io.gradwatch.drift.DriftTracker;
import io.gradwatch.drift.SkewTracker;
import io.gradwatch.drift.Suspects;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.report.ReadingLine;
import io.gradwatch.report.SuspectLines;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Replays a file of samples through importance and drift, without Kafka. */
@Command(
    name = "backtest",
    description = {
      "Replays a file of samples through importance and drift, one reading a window, numbered from 0.",
      "Without --baseline the first windows make it."
    },
    footer = {
      "%nExamples:",
      "  gradwatch baseline create --model fraud.pt --samples june.jsonl -o june.json",
      "  gradwatch backtest --model fraud.pt --samples july.jsonl --baseline june.json"
    })
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
      names = "--reference",
      paramLabel = "FILE",
      description = "baseline of other data that the windows are compared with beside the alarm")
  private @Nullable Path reference;

  @Option(
      names = "--label-samples",
      paramLabel = "K",
      defaultValue = "0",
      description =
          "labelled rows of a window that a concept score is made of; each window then has a second"
              + " reading (default: none)")
  private int labelSamples;

  @Mixin private FormatOption format;

  /** A reading with the window's number. */
  private record Numbered(int window, @JsonUnwrapped DriftReading reading) {}

  @Override
  public Integer call() throws Exception {
    Baseline given = baseline == null ? null : BaselineFile.read(baseline);
    Baseline other = reference == null ? null : BaselineFile.read(reference);
    Baseline settling = given == null ? other : given;
    DriftSettings settings = windows.drift.settings(labelSamples == 0 ? 1 : 2);
    DriftTracker tracker = DriftTracker.start(settings, given);
    windows.labelSamples = labelSamples;
    ConceptTracker concept = ConceptTracker.start(settings, Math.max(1, labelSamples));
    SkewTracker skew = other == null ? null : new SkewTracker(other, settings, List.of());
    int[] window = {0};
    AtomicReference<@Nullable DriftReading> last = new AtomicReference<>();
    ImportanceMethod method = settings.method();
    try (ProgressLine progress = new ProgressLine(spec.commandLine().getErr(), "windows")) {
      windows.forEach(
          settling == null ? null : settling.settled(),
          progress,
          () -> Optional.ofNullable(Suspects.request(last.get(), method)),
          snapshot -> {
            DriftReading told = tracker.accept(snapshot).reading();
            if (told != null) {
              DriftReading reading = told.with(skew == null ? null : skew.accept(snapshot).skew());
              print(progress, window[0], last.getAndSet(reading), reading);
            }
            concept
                .accept(snapshot)
                .map(DriftStep::reading)
                .ifPresent(labelled -> print(progress, window[0], labelled, labelled));
            window[0]++;
          });
    }
    return 0;
  }

  private void print(
      ProgressLine progress, int window, @Nullable DriftReading previous, DriftReading reading) {
    progress.clear();
    PrintWriter out = spec.commandLine().getOut();
    if (format.isJson()) {
      out.println(JsonLine.of(new Numbered(window, reading)));
    } else {
      out.println(ReadingLine.numbered(window, reading));
      if (SuspectLines.areNew(previous, reading)) {
        SuspectLines.of(reading).forEach(line -> out.println("          " + line));
      }
    }
    out.flush();
  }
}
