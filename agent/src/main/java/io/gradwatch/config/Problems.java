package io.gradwatch.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong with one file, as it is found. Confined to one reading. */
final class Problems {
  private record Problem(int line, String text) {}

  private final String origin;
  private final List<Problem> found = new ArrayList<>();

  Problems(String origin) {
    this.origin = origin;
  }

  /**
   * Notes a problem.
   *
   * @param line in the file, from 1
   * @param path of the key, for instance {@code models[0].window}; empty for the whole file
   */
  void add(int line, String path, String text) {
    String where = path.isEmpty() ? "" : path + ": ";
    found.add(new Problem(line, "%s:%d: %s%s".formatted(origin, line, where, text)));
  }

  void throwIfAny() {
    if (!found.isEmpty()) {
      throw new ConfigException(
          found.stream()
              .sorted(Comparator.comparingInt(Problem::line))
              .map(Problem::text)
              .toList());
    }
  }
}
