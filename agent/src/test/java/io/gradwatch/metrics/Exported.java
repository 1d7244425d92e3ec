package io.gradwatch.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Prometheus knows of an agent, according to the golden files, and what a query asks for. */
final class Exported {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  /** A name that is followed by a selector, a range or the end of an argument, not by a call. */
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:gradwatch|jvm|process|kafka|system)_[a-z0-9_]+\\b");

  private static final Pattern LABELS = Pattern.compile("\"[^\"]*\"");

  private Exported() {}

  /** Names of series, those of histograms with their suffixes. */
  static Set<String> names() {
    Set<String> names = new TreeSet<>();
    read(GOLDEN.resolve("metrics.txt"))
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> names.add(line.replaceAll("[{ ].*", "")));
    read(GOLDEN.resolve("runtime-metrics.txt")).lines().forEach(names::add);
    return names;
  }

  /** Names of the agent's metrics in a query; those of recording rules, with a colon, are not. */
  static Set<String> in(String query) {
    Set<String> names = new TreeSet<>();
    Matcher metric =
        METRIC.matcher(
            LABELS.matcher(query).replaceAll("\"\"").replaceAll("[a-z_]+:[a-z0-9_:]+", ""));
    while (metric.find()) {
      names.add(metric.group());
    }
    return names;
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
