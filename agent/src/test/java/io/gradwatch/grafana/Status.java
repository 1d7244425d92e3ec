package io.gradwatch.grafana;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/** The statuses of a model, in the order of their number in {@link Queries#status}. */
enum Status {
  STABLE("Stable", "green"),
  CALIBRATING("Calibrating", "blue"),
  UNCALIBRATED("Uncalibrated", "purple"),
  WARNING("Warning", "orange"),
  DRIFT("Drift", "red");

  private final String text;
  private final String colour;

  Status(String text, String colour) {
    this.text = text;
    this.colour = colour;
  }

  /** The value of the label {@code status}. */
  String label() {
    return text.toLowerCase(Locale.ROOT);
  }

  /** As value mappings, which name and colour a number. */
  static ArrayNode mappings() {
    String[] pairs =
        Arrays.stream(values())
            .flatMap(status -> Stream.of(status.text, status.colour))
            .toArray(String[]::new);
    return values(pairs);
  }

  /** Mappings of 0, 1 and so on to a text and a colour each. */
  static ArrayNode values(String... textsAndColours) {
    ArrayNode mappings = JsonNodeFactory.instance.arrayNode();
    ObjectNode options = mappings.addObject().put("type", "value").putObject("options");
    for (int i = 0; i < textsAndColours.length; i += 2) {
      options
          .putObject(Integer.toString(i / 2))
          .put("text", textsAndColours[i])
          .put("color", textsAndColours[i + 1])
          .put("index", i / 2);
    }
    return mappings;
  }
}
