package io.gradwatch.cli;

import io.gradwatch.config.GradwatchConfig;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names a configuration file. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class ConfigOption {
  @Option(
      names = {"-c", "--config"},
      required = true,
      paramLabel = "FILE",
      description = "configuration in YAML")
  private Path file;

  Path file() {
    return file;
  }

  /** Reads it, with the variables of this process's environment. */
  GradwatchConfig load() {
    return GradwatchConfig.load(file, System.getenv());
  }
}
