package io.gradwatch.cli;

import io.gradwatch.cli.BaselineOptions.Opened;
import io.gradwatch.drift.BaselineCatalogue;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Goes back to the baseline before. */
@Command(
    name = "rollback",
    description = {
      "Goes back to the baseline that counted before, and is pinned if the present one is.",
      "Again goes back one further; 'gradwatch baseline approve' goes forward."
    },
    footer = {"%nExample:", "  gradwatch baseline rollback --config gradwatch.yaml fraud"})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BaselineRollback implements Callable<Integer> {
  @Mixin private BaselineOptions options;
  @Mixin private BaselineWriter writer;

  @Option(names = "--reason", paramLabel = "TEXT", description = "why, for those who ask later")
  private @Nullable String reason;

  @Override
  public Integer call() throws Exception {
    Opened opened = options.open();
    BaselineOptions.refuseGivenFile(opened);
    BaselineCatalogue catalogue = options.catalogue(opened);
    var selection = catalogue.rollback(BaselineOptions.decision(reason));
    writer.decide(opened, catalogue.find(selection.active()), selection);
    return 0;
  }
}
