package io.gradwatch.cli;

import io.gradwatch.cli.BaselineOptions.Opened;
import io.gradwatch.drift.BaselineSelection;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.topology.BaselineEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Writes a baseline, or a decision about one, and says so; with the options that such commands
 * share.
 */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BaselineWriter {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private FormatOption format;

  @Option(names = "--dry-run", description = "only says what would be written")
  private boolean dryRun;

  /**
   * Writes a baseline to the topic and says how to make it count. One of the same windows stays as
   * it is: who made it decides whether it counts.
   */
  void publish(Opened opened, StoredBaseline stored) throws InterruptedException {
    BaselineEntry entry = BaselineEntry.of(stored);
    boolean there =
        opened.topic().read(opened.model()).stream()
            .flatMap(catalogue -> catalogue.baselines().stream())
            .anyMatch(other -> BaselineEntry.of(other).key().equals(entry.key()));
    if (!there) {
      write(opened, entry);
    }
    BaselineResult result = BaselineResult.of(opened, stored);
    format.print(
        spec.commandLine().getOut(),
        result,
        () ->
            "%s, version %s: baseline %s of %d windows%s"
                .formatted(
                    result.model(),
                    result.version(),
                    result.id(),
                    result.windows(),
                    there ? " was there already" : ""));
    if (result.shortcoming() != null) {
      err().printf("It cannot carry the budget of false alarms yet: %s.%n", result.shortcoming());
    }
    if (there || !dryRun) {
      Path config = spec.commandLine().getParseResult().matchedOptionValue("--config", null);
      err()
          .printf(
              "'gradwatch baseline approve --config %s %s %s' makes it count.%n",
              config, result.model(), result.id());
    }
  }

  /** Writes which baseline counts, and says what follows from it. */
  void decide(Opened opened, StoredBaseline chosen, BaselineSelection selection)
      throws InterruptedException {
    write(opened, BaselineEntry.of(opened.model(), chosen.version(), selection));
    BaselineResult result = BaselineResult.of(opened, chosen).counting(selection.pinned());
    format.print(
        spec.commandLine().getOut(),
        result,
        () ->
            "%s, version %s: baseline %s counts from the next window on%s."
                .formatted(
                    result.model(),
                    result.version(),
                    result.id(),
                    selection.pinned() ? ", pinned" : ""));
    if (result.shortcoming() != null) {
      err()
          .printf(
              "It cannot carry the budget of false alarms: %s. %s%n",
              result.shortcoming(),
              selection.pinned()
                  ? "The model is UNCALIBRATED while it is pinned."
                  : "The agent makes another one of the windows to come.");
    }
    BaselineOptions.deployed(opened.settings())
        .filter(deployed -> !deployed.sha256().equals(chosen.version().sha256()))
        .ifPresent(deployed -> sayOfAnother(chosen.version(), deployed));
  }

  /** Writes a baseline to a file; only machines are told of it on standard output. */
  void save(Path file, String text, BaselineResult result) throws IOException {
    if (dryRun) {
      sayNothing("file '%s'".formatted(file));
    } else {
      Files.writeString(file, text, StandardCharsets.UTF_8);
    }
    if (format.isJson()) {
      spec.commandLine().getOut().println(JsonLine.of(result));
    }
  }

  private void write(Opened opened, BaselineEntry entry) throws InterruptedException {
    if (dryRun) {
      sayNothing("record '%s'".formatted(entry.key()));
    } else {
      opened.topic().write(opened.model(), entry);
    }
  }

  private void sayNothing(String what) {
    err().printf("Nothing is written: this would be %s.%n", what);
  }

  private void sayOfAnother(ModelVersion version, ModelVersion deployed) {
    err()
        .printf(
            "It is of version %s; the configuration names the file of %s.%n", version, deployed);
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
