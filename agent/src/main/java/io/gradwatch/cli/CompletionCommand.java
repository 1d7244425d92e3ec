package io.gradwatch.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The script by which a shell completes commands and options. */
@Command(
    name = "completion",
    description = "Prints the script by which bash, or zsh with bashcompinit, completes gradwatch.",
    footer = {
      "%nExample:",
      "  gradwatch completion > ~/.local/share/bash-completion/completions/gradwatch"
    })
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    spec.commandLine().getOut().print(AutoComplete.bash(root.getCommandName(), root));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
