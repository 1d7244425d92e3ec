package io.gradwatch.sample.payload;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests of KServe's version 1, which are also those of TensorFlow Serving: {@code instances},
 * one a sample, each a number, nested arrays, or an object of named inputs. A message with {@code
 * predictions} alone is a response.
 */
final class InstancesJson {
  private static final String INSTANCES = "instances";
  private static final String PREDICTIONS = "predictions";

  private InstancesJson() {}

  static boolean detects(JsonNode root) {
    return root.has(INSTANCES) || root.has(PREDICTIONS);
  }

  static InferenceMessage read(JsonNode root) throws MalformedSampleException {
    List<PayloadTensor> outputs =
        root.has(PREDICTIONS)
            ? List.of(JsonNumbers.tensor(PREDICTIONS, root.path(PREDICTIONS), "$." + PREDICTIONS))
            : List.of();
    if (!root.has(INSTANCES) && !outputs.isEmpty()) {
      return InferenceMessage.response(outputs);
    }
    return rows(root.path(INSTANCES), INSTANCES, "$." + INSTANCES, false).answered(outputs);
  }

  /**
   * Rows in an array, of whatever kind they are.
   *
   * @param name of the tensor, if they are no objects
   * @param ordered whether the order of fields says anything, if they are objects
   */
  static InferenceMessage rows(JsonNode rows, String name, String path, boolean ordered)
      throws MalformedSampleException {
    if (!rows.isArray() || rows.isEmpty()) {
      throw Json.mismatch(path, rows, "an array of at least one sample");
    }
    if (rows.get(0).isObject()) {
      List<JsonNode> records = new ArrayList<>(rows.size());
      rows.forEach(records::add);
      return Records.read(records, path, ordered);
    }
    return InferenceMessage.of(List.of(JsonNumbers.tensor(name, rows, path)), true);
  }
}
