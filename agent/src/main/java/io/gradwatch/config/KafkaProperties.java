package io.gradwatch.config;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What stands under {@code kafka:}, for every client alike.
 *
 * @param values by property name, untouched but for variables; sorted by name
 */
public record KafkaProperties(Map<String, Object> values) {
  private static final Pattern SECRET =
      Pattern.compile(
          "password|secret|jaas|token|credential|user\\.info|(^|\\.)key($|\\.)",
          Pattern.CASE_INSENSITIVE);

  public KafkaProperties {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /** The properties with secrets masked, so that a configuration can be logged. */
  @Override
  public String toString() {
    Map<String, Object> shown = new TreeMap<>(values);
    shown.replaceAll((name, value) -> SECRET.matcher(name).find() ? "***" : value);
    return shown.toString();
  }
}
