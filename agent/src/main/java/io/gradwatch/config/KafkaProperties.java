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

  private static final Pattern QUOTED = Pattern.compile("[\"']([^\"']{4,})[\"']");

  public KafkaProperties {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /** Whether a property of this name holds a secret. */
  static boolean isSecret(String name) {
    return SECRET.matcher(name).find();
  }

  /** A text without the secrets among the values, for messages of clients, which may quote them. */
  public String masked(String text) {
    String masked = text;
    for (Map.Entry<String, Object> property : values.entrySet()) {
      if (isSecret(property.getKey())) {
        String value = property.getValue().toString();
        masked = masked.replace(value, "***");
        // A login module's options, each of which may be quoted alone.
        masked =
            QUOTED
                .matcher(value)
                .results()
                .map(option -> option.group(1))
                .reduce(masked, (some, option) -> some.replace(option, "***"));
      }
    }
    return masked;
  }

  /** The properties with secrets masked, so that a configuration can be logged. */
  @Override
  public String toString() {
    Map<String, Object> shown = new TreeMap<>(values);
    shown.replaceAll((name, value) -> isSecret(name) ? "***" : value);
    return shown.toString();
  }
}
