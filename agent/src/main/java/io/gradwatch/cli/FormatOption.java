package io.gradwatch.cli;

import java.io.PrintWriter;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The option that says how a command prints its result. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class FormatOption {
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table, or json: one document a line (default: ${DEFAULT-VALUE})")
  private OutputFormat format;

  boolean isJson() {
    return format == OutputFormat.JSON;
  }

  /** Prints a result as JSON, or as text for people. */
  void print(PrintWriter out, Object result, Supplier<String> text) {
    out.println(isJson() ? JsonLine.of(result) : text.get());
    out.flush();
  }
}
