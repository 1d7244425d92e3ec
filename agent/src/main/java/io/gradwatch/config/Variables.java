package io.gradwatch.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The environment, as {@code ${NAME}} and {@code ${NAME:default}} in values.
 *
 * <p>Names are upper-case, so that references of Kafka's own configuration providers, such as
 * {@code ${file:/secrets/kafka:password}}, are left to Kafka.
 */
record Variables(Map<String, String> environment) {
  /** What a reference looks like, for readers and for the JSON Schema. */
  static final String PATTERN = "\\$\\{([A-Z_][A-Z0-9_]*)(:[^}]*)?\\}";

  private static final Pattern REFERENCE = Pattern.compile(PATTERN);

  Variables {
    environment = Map.copyOf(environment);
  }

  /**
   * The text with every reference replaced, once: a value is not searched for further ones.
   *
   * @throws IllegalArgumentException if a variable is not set and has no default
   */
  String resolve(String text) {
    return REFERENCE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(value(match)));
  }

  /**
   * The same, where nothing else may begin with <code>${</code>.
   *
   * @throws IllegalArgumentException if something does, or a variable is missing
   */
  String resolveAll(String text) {
    if (REFERENCE.matcher(text).replaceAll("").contains("${")) {
      throw new IllegalArgumentException(
          "'%s' has a malformed variable; expected ${NAME} or ${NAME:default}, upper-case"
              .formatted(text));
    }
    return resolve(text);
  }

  private String value(java.util.regex.MatchResult reference) {
    String name = reference.group(1);
    String value = environment.get(name);
    if (value != null) {
      return value;
    }
    String fallback = reference.group(2);
    if (fallback == null) {
      throw new IllegalArgumentException(
          "environment variable %s is not set; set it, or write ${%s:default}"
              .formatted(name, name));
    }
    return fallback.substring(1);
  }
}
