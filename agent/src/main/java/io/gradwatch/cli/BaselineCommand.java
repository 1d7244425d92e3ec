package io.gradwatch.cli;

import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Baselines as files. */
@Command(
    name = "baseline",
    description = "Makes baselines.",
    subcommands = BaselineCommand.Create.class)
final class BaselineCommand {
  private BaselineCommand() {}

  /** Makes a baseline of a reference file. */
  @Command(
      name = "create",
      description = "Makes a baseline of disjoint windows of a reference file.")
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  static final class Create implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Windows windows;

    @Option(
        names = {"-o", "--output"},
        required = true,
        paramLabel = "FILE",
        description = "where the baseline is written")
    private Path output;

    @Override
    public Integer call() throws Exception {
      DriftSettings settings = windows.drift.settings();
      Path folder = output.toAbsolutePath().getParent();
      if (folder == null || !Files.isDirectory(folder)) {
        // Before the windows are computed, which may take long.
        throw new NoSuchFileException(String.valueOf(folder));
      }
      List<ImportanceSnapshot> snapshots = new ArrayList<>();
      windows.forEach(null, spec.commandLine().getErr(), snapshots::add);
      Baseline baseline = Baseline.of(snapshots, settings);
      Files.writeString(output, Json.line(baseline), StandardCharsets.UTF_8);
      String shortcoming = baseline.shortcoming(settings);
      spec.commandLine()
          .getErr()
          .printf("%s: %d windows of %d samples%n", output, baseline.windows(), windows.size);
      if (shortcoming != null) {
        spec.commandLine()
            .getErr()
            .println("It cannot carry the budget of false alarms yet: " + shortcoming + ".");
      }
      return 0;
    }
  }
}
