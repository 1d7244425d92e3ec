package io.gradwatch.cli;

import io.gradwatch.cli.BaselineOptions.DryRunOption;
import io.gradwatch.cli.BaselineOptions.Opened;
import io.gradwatch.drift.BaselineCatalogue;
import io.gradwatch.drift.BaselineSelection;
import io.gradwatch.drift.StoredBaseline;
import io.gradwatch.topology.BaselineEntry;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says which baseline counts. */
@Command(
    name = "approve",
    description = {
      "Makes a baseline the one that windows are compared with, from the next window on.",
      "A drift that is on ends with it: what was learnt against the one before is given up.",
      "The agent replaces it if it does not fit the windows any more, unless it is pinned."
    },
    footer = {
      "%nExample:",
      "  gradwatch baseline approve -c gradwatch.yaml fraud 3f2a --reason 'new prices'"
    })
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BaselineApprove implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private BaselineOptions options;
  @Mixin private FormatOption format;
  @Mixin private DryRunOption dryRun;

  @Parameters(index = "1", paramLabel = "ID", description = "its id, or the first digits of it")
  private String id;

  @Option(names = "--pin", description = "also hold it, as 'gradwatch baseline pin' does")
  private boolean pin;

  @Option(names = "--reason", paramLabel = "TEXT", description = "why, for those who ask later")
  private @Nullable String reason;

  @Override
  public Integer call() throws Exception {
    Opened opened = options.open();
    BaselineOptions.refuseGivenFile(opened);
    BaselineCatalogue catalogue = options.holding(opened, id);
    StoredBaseline approved = catalogue.find(id);
    decide(
        spec,
        format,
        dryRun,
        opened,
        approved,
        catalogue.approve(approved.id(), pin, BaselineOptions.decision(reason)));
    return 0;
  }

  /** Writes a decision and says what follows from it. */
  static void decide(
      CommandSpec spec,
      FormatOption format,
      DryRunOption dryRun,
      Opened opened,
      StoredBaseline chosen,
      BaselineSelection selection)
      throws InterruptedException {
    dryRun.write(spec, opened, BaselineEntry.of(opened.model(), chosen.version(), selection));
    format.print(
        spec.commandLine().getOut(),
        new BaselineResult(
            opened.model(),
            chosen.version().toString(),
            chosen.id(),
            chosen.baseline().windows(),
            true,
            selection.pinned(),
            chosen.baseline().shortcoming(opened.settings().drift())),
        () ->
            "%s, version %s: baseline %s counts from the next window on%s."
                .formatted(
                    opened.model(),
                    chosen.version(),
                    chosen.id(),
                    selection.pinned() ? ", pinned" : ""));
    String shortcoming = chosen.baseline().shortcoming(opened.settings().drift());
    if (shortcoming != null) {
      spec.commandLine()
          .getErr()
          .printf(
              "It cannot carry the budget of false alarms: %s. %s%n",
              shortcoming,
              selection.pinned()
                  ? "The model is UNCALIBRATED while it is pinned."
                  : "The agent makes another one of the windows to come.");
    }
    BaselineOptions.deployed(opened.settings())
        .filter(deployed -> !deployed.sha256().equals(chosen.version().sha256()))
        .ifPresent(
            deployed ->
                spec.commandLine()
                    .getErr()
                    .printf(
                        "It is of version %s; the configuration names the file of %s.%n",
                        chosen.version(), deployed));
  }
}
