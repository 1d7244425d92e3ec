package io.gradwatch.cli;

import io.gradwatch.agent.StartException;
import io.gradwatch.agent.Version;
import io.gradwatch.config.ConfigException;
import io.gradwatch.importance.ModelFailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The program. */
@Command(
    name = "gradwatch",
    description = {
      "Watches which parameters of a deployed PyTorch model matter for its live traffic,",
      "and pages within a stated budget of false alarms."
    },
    subcommands = {
      RunCommand.class,
      DemoCommand.class,
      BaselineCommand.class,
      BacktestCommand.class,
      ImportanceCommand.class,
      DoctorCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:wrong usage or configuration"},
    scope = CommandLine.ScopeType.INHERIT)
public final class Main {
  static final int FAILED = 1;
  static final int USAGE = 2;

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    // The agent logs; the other commands print, and log only what went wrong.
    boolean agent = arguments.length > 0 && arguments[0].equals("run");
    if (!agent && System.getProperty("gradwatch.log") == null) {
      System.setProperty("gradwatch.log", "ERROR");
    }
    System.exit(execute(arguments));
  }

  /** Runs a command; returns its exit code. */
  static int execute(String... arguments) {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((e, command, parsed) -> explain(e, command))
        .execute(arguments);
  }

  /** One message a person can act on; a stack trace only for what nobody foresaw. */
  private static int explain(Exception e, CommandLine command) throws Exception {
    if (e instanceof ConfigException config) {
      config.problems().forEach(command.getErr()::println);
      return USAGE;
    }
    boolean foreseen =
        e instanceof StartException
            || e instanceof ModelFailureException
            || e instanceof IllegalArgumentException
            || e instanceof UncheckedIOException
            || e instanceof IOException;
    if (!foreseen) {
      throw e;
    }
    command.getErr().println("gradwatch: " + e.getMessage());
    return FAILED;
  }

  /** The version of the jar. */
  static final class Versions implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"gradwatch " + Version.current()};
    }
  }
}
