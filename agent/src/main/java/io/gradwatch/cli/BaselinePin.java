package io.gradwatch.cli;

import io.gradwatch.cli.BaselineOptions.Opened;
import io.gradwatch.drift.BaselineCatalogue;
import io.gradwatch.drift.BaselineSelection.Decision;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Holds the baseline that counts, or lets it go. */
@Command(
    name = "pin",
    description = {
      "Keeps the baseline that counts, or the one named, whatever the agent would do by"
          + " itself.",
      "Without it the agent makes another one where the baseline does not fit the windows"
          + " (window, samples, alarm-on, groups, micro-batch or output deviations are others), or"
          + " cannot carry the budget of false alarms. A new version of the model starts its own in"
          + " any case."
    },
    footer = {
      "%nExamples:",
      "  gradwatch baseline pin --config gradwatch.yaml fraud",
      "  gradwatch baseline pin --config gradwatch.yaml fraud --off"
    })
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BaselinePin implements Callable<Integer> {
  @Mixin private BaselineOptions options;
  @Mixin private BaselineWriter writer;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ID",
      description = "its id, or the first digits of it (default: the one that counts)")
  private @Nullable String id;

  @Option(names = "--off", description = "lets it go")
  private boolean off;

  @Option(names = "--reason", paramLabel = "TEXT", description = "why, for those who ask later")
  private @Nullable String reason;

  @Override
  public Integer call() throws Exception {
    Opened opened = options.open();
    BaselineOptions.refuseGivenFile(opened);
    Decision decision = BaselineOptions.decision(reason);
    String given = id;
    BaselineCatalogue catalogue =
        given == null ? options.catalogue(opened) : options.holding(opened, given);
    var selection =
        given == null
            ? catalogue.pin(!off, decision)
            : catalogue.approve(catalogue.find(given).id(), !off, decision);
    writer.decide(opened, catalogue.find(selection.active()), selection);
    return 0;
  }
}
