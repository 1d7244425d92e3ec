package io.gradwatch.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands in values for something else: {@code ${NAME}} and {@code ${NAME:default}} for a
 * variable of the environment, {@code ${file:/path}} for the text of a file.
 *
 * <p>Names are upper-case and paths without a colon, so that references of Kafka's own
 * configuration providers, such as {@code ${file:/secrets/kafka:password}}, are left to Kafka.
 */
record Variables(Map<String, String> environment) {
  /** What a reference looks like, for readers and for the JSON Schema. */
  static final String PATTERN = "\\$\\{(?:([A-Z_][A-Z0-9_]*)(:[^}]*)?|file:([^:}]+))\\}";

  private static final Pattern REFERENCE = Pattern.compile(PATTERN);
  private static final long LARGEST = 1 << 20;

  Variables {
    environment = Map.copyOf(environment);
  }

  /**
   * The text with every reference replaced, once: a value is not searched for further ones.
   *
   * @throws IllegalArgumentException if a variable is not set and has no default, or a file cannot
   *     be read
   */
  String resolve(String text) {
    return REFERENCE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(value(match)));
  }

  /**
   * The same, where nothing else may begin with <code>${</code>.
   *
   * @throws IllegalArgumentException if something does, or a variable or file is missing
   */
  String resolveAll(String text) {
    if (REFERENCE.matcher(text).replaceAll("").contains("${")) {
      throw new IllegalArgumentException(
          "has a malformed variable; expected ${NAME} or ${NAME:default}, upper-case, or ${file:/path}");
    }
    return resolve(text);
  }

  /** The references in a text, without their defaults. */
  static List<String> references(String text) {
    return REFERENCE
        .matcher(text)
        .results()
        .map(
            match ->
                "${%s}"
                    .formatted(match.group(3) == null ? match.group(1) : "file:" + match.group(3)))
        .toList();
  }

  private String value(MatchResult reference) {
    String file = reference.group(3);
    return file == null ? variable(reference.group(1), reference.group(2)) : content(file);
  }

  private String variable(String name, @Nullable String fallback) {
    String value = environment.get(name);
    if (value != null) {
      return value;
    }
    if (fallback == null) {
      throw new IllegalArgumentException(
          "environment variable %s is not set; set it, or write ${%s:default}"
              .formatted(name, name));
    }
    return fallback.substring(1);
  }

  /** Without the line break that editors put at the end. */
  private static String content(String file) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > LARGEST) {
        throw new IllegalArgumentException(
            "file %s has more than %d bytes, which is no value".formatted(file, LARGEST));
      }
      return Files.readString(path, StandardCharsets.UTF_8).replaceFirst("\\R\\z", "");
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "file %s cannot be read (%s); expected a text in UTF-8"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }
}
