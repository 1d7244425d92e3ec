package io.gradwatch.cli;

import io.gradwatch.cli.BaselineOptions.Opened;
import io.gradwatch.drift.BaselineCatalogue;
import io.gradwatch.drift.StoredBaseline;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
  @Mixin private BaselineOptions options;
  @Mixin private BaselineWriter writer;

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
    writer.decide(
        opened, approved, catalogue.approve(approved.id(), pin, BaselineOptions.decision(reason)));
    return 0;
  }
}
