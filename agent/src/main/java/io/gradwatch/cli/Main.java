package io.gradwatch.cli;

import io.gradwatch.agent.StartException;
import io.gradwatch.agent.Version;
import io.gradwatch.config.ConfigException;
import io.gradwatch.importance.ModelFailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/** The program. */
@Command(
    name = "gradwatch",
    description =
        "Watches which parameters of a deployed PyTorch model matter for its live traffic, and pages"
            + " within a stated budget of false alarms.",
    subcommands = {
      RunCommand.class,
      DemoCommand.class,
      BaselineCommand.class,
      BacktestCommand.class,
      ImportanceCommand.class,
      SelfTestCommand.class,
      CompareCommand.class,
      ReportCommand.class,
      ConfigCommand.class,
      TopicsCommand.class,
      DoctorCommand.class,
      CompletionCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Versions.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed", "2:wrong usage or configuration"},
    footer = {
      "%nExamples:",
      "  gradwatch demo",
      "  gradwatch doctor --config gradwatch.yaml",
      "  gradwatch run --config gradwatch.yaml",
      "%n'gradwatch COMMAND --help' says more of each."
    },
    scope = CommandLine.ScopeType.INHERIT)
public final class Main {
  static final int FAILED = 1;
  static final int USAGE = 2;

  /** Columns of tables. */
  static final int WIDTH = 100;

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    // The agent logs; the other commands print, and log only what went wrong.
    boolean agent = arguments.length > 0 && arguments[0].equals("run");
    if (!agent && System.getProperty("gradwatch.log") == null) {
      System.setProperty("gradwatch.log", "ERROR");
    }
    StandardOutput.claim(System.getenv());
    System.exit(execute(arguments));
  }

  /** Runs a command; returns its exit code. */
  static int execute(String... arguments) {
    return commandLine()
        .setParameterExceptionHandler((e, given) -> misused(e))
        .setExecutionExceptionHandler((e, command, parsed) -> explain(e, command))
        .execute(arguments);
  }

  /** All commands with their options. */
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(Hanging.WIDTH);
  }

  /** The usage of a command fills a screen and would hide the one line that says what is wrong. */
  private static int misused(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String unknown =
        e instanceof MissingParameterException && !command.getUnmatchedArguments().isEmpty()
            ? "; unknown: " + String.join(" ", command.getUnmatchedArguments())
            : "";
    command
        .getErr()
        .printf(
            "gradwatch: %s%s%nTry '%s --help'.%n",
            e.getMessage(), unknown, command.getCommandSpec().qualifiedName());
    return USAGE;
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
    command.getErr().println("gradwatch: " + message(e));
    return FAILED;
  }

  /** The messages of the file system's own exceptions are bare paths. */
  private static @Nullable String message(Exception e) {
    Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
    return cause instanceof NoSuchFileException missing
        ? missing.getFile() + ": no such file or folder"
        : cause instanceof AccessDeniedException denied
            ? denied.getFile() + ": permission denied"
            : e.getMessage();
  }

  /** The version of the jar. */
  static final class Versions implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"gradwatch " + Version.current()};
    }
  }
}
