package io.gradwatch.config;

import java.util.List;

/** Says all that is wrong with a configuration file: one line a problem, in the file's order. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  ConfigException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  /** At least one; each {@code file:line: key: what is wrong; what is expected}. */
  public List<String> problems() {
    return problems;
  }
}
