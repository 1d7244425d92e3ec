package io.gradwatch.cli;

import picocli.CommandLine.Command;

/** Baselines: what is normal for a model's version. */
@Command(
    name = "baseline",
    description = "Makes baselines, shows them, and says which one counts.",
    subcommands = {
      BaselineCreate.class,
      BaselineList.class,
      BaselineShow.class,
      BaselineApprove.class,
      BaselinePin.class,
      BaselineRollback.class,
      BaselineExport.class,
      BaselineImport.class
    },
    footer = {"%nExample:", "  gradwatch baseline list --config gradwatch.yaml fraud"})
final class BaselineCommand {
  private BaselineCommand() {}
}
