package io.gradwatch.cli;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.Role;
import java.util.EnumSet;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that says what a process does of the configuration's work. */
final class RolesOption {
  @Option(
      names = "--roles",
      split = ",",
      paramLabel = "ROLE",
      description = "sampling, importance or both, instead of 'roles' of the configuration")
  private List<Role> roles = List.of();

  /** The configuration with the roles that were given, if any were. */
  GradwatchConfig of(GradwatchConfig config) {
    return roles.isEmpty() ? config : config.withRoles(EnumSet.copyOf(roles));
  }
}
