package io.gradwatch.cli;

import io.gradwatch.config.EffectiveConfig;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what a configuration means, without a broker, a model or a device. */
@Command(
    name = "config",
    description =
        "Prints a configuration as it is in force, with every default and where each value comes from,"
            + " or only checks it.%nReads nothing but the file and what it refers to: variables and secret"
            + " files must be there.",
    footer = {
      "%nExamples:",
      "  gradwatch config --print --config gradwatch.yaml",
      "  gradwatch config --check --config gradwatch.yaml"
    })
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class ConfigCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOption config;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Wanted wanted;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "yaml",
      description = "of --print: yaml or json (default: ${DEFAULT-VALUE})")
  private Format format;

  /** What is asked for. */
  static final class Wanted {
    @Option(names = "--print", description = "every key with its value; secrets are ***")
    private boolean print;

    @Option(names = "--check", description = "only says whether it is valid")
    private boolean check;
  }

  /** How it is printed. */
  enum Format {
    /** As a configuration file, with remarks. */
    YAML,
    /** One object on one line. */
    JSON
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    EffectiveConfig effective = EffectiveConfig.load(config.file(), System.getenv());
    if (wanted.check) {
      out.printf("%s: valid, %d model(s)%n", config.file(), effective.config().models().size());
    }
    if (wanted.print) {
      out.print(format == Format.JSON ? effective.json() + "\n" : effective.yaml());
      out.flush();
    }
    return 0;
  }
}
