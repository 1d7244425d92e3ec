package io.gradwatch.sample.payload;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.LabelJson;
import io.gradwatch.sample.MalformedSampleException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What JSON messages carry beside their tensors. */
final class JsonFields {
  private JsonFields() {}

  /** Text, or a whole number as text; null where there is none. */
  static @Nullable String text(JsonNode node, String path) throws MalformedSampleException {
    if (Json.isAbsent(node)) {
      return null;
    }
    if (!node.isTextual() && !node.isIntegralNumber()) {
      throw Json.mismatch(path, node, "text");
    }
    return node.asText();
  }

  /** A true answer; null where there is none. */
  static @Nullable List<Double> label(JsonNode node, String path) throws MalformedSampleException {
    return Json.isAbsent(node) ? null : LabelJson.of(node, path);
  }

  /** Whatever is no text, number or truth value cannot be asked for and is left out. */
  static Map<String, String> parameters(JsonNode parameters) {
    Map<String, String> texts = new HashMap<>();
    parameters
        .properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              if (value.isTextual() || value.isNumber() || value.isBoolean()) {
                texts.put(entry.getKey(), value.asText());
              }
            });
    return texts;
  }
}
