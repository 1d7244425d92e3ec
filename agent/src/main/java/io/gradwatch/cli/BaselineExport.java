package io.gradwatch.cli;

import io.gradwatch.cli.BaselineOptions.Opened;
import io.gradwatch.drift.StoredBaseline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a baseline to a file. */
@Command(
    name = "export",
    description =
        "Writes a baseline to a file, for 'gradwatch baseline import' or the key 'baseline'.",
    footer = {
      "%nExample:",
      "  gradwatch baseline export --config gradwatch.yaml fraud -o fraud.json"
    })
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BaselineExport implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private BaselineOptions options;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ID",
      description = "its id, or the first digits of it (default: the one that counts)")
  private @Nullable String id;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "where it is written")
  private Path output;

  @Override
  public Integer call() throws Exception {
    Opened opened = options.open();
    StoredBaseline stored = options.find(opened, id);
    Files.writeString(output, JsonLine.of(stored), StandardCharsets.UTF_8);
    spec.commandLine()
        .getErr()
        .printf("%s: baseline %s of %s%n", output, stored.id(), stored.version());
    return 0;
  }
}
