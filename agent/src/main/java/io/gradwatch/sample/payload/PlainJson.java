package io.gradwatch.sample.payload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import java.util.List;
import java.util.Map;

/**
 * What a team's own producer sends: an array of numbers (one sample), an array of arrays (a batch),
 * an object of features (one sample), or an array of such objects (a batch).
 *
 * <p>A single object may have an {@code id}. Objects have no order: which of their fields is the
 * model's first feature is up to the mapping.
 */
final class PlainJson {
  /** The name of what has none. */
  static final String VALUES = "values";

  private PlainJson() {}

  static InferenceMessage read(JsonNode root) throws MalformedSampleException {
    if (root.isObject()) {
      return Records.read(List.of(root), "$", false, "id")
          .with(JsonFields.text(root.path("id"), "$.id"), null, Map.of());
    }
    if (!root.isArray() || root.isEmpty()) {
      throw Json.mismatch("$", root, "an array of numbers, an object, or an array of these");
    }
    if (!root.get(0).isContainerNode()) {
      ArrayNode batch = JsonNodeFactory.instance.arrayNode(1).add(root);
      return InferenceMessage.of(List.of(JsonNumbers.tensor(VALUES, batch, "$")), true);
    }
    return InstancesJson.rows(root, VALUES, "$", false);
  }
}
