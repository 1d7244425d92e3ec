package io.gradwatch.sample.payload;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Requests of MLflow's scoring server: exactly one of {@code dataframe_split}, {@code
 * dataframe_records}, {@code instances} and {@code inputs}, and perhaps {@code params}.
 *
 * <p>The columns of a data frame are one input in the frame's order, as the server has them; of
 * records, that is the order of the first one's fields.
 */
final class MlflowJson {
  private static final String SPLIT = "dataframe_split";
  private static final String RECORDS = "dataframe_records";
  private static final String INSTANCES = "instances";
  private static final String INPUTS = "inputs";
  private static final List<String> KINDS = List.of(SPLIT, RECORDS, INSTANCES, INPUTS);

  private MlflowJson() {}

  static boolean detects(JsonNode root) {
    return KINDS.stream().anyMatch(root::has);
  }

  static InferenceMessage read(JsonNode root) throws MalformedSampleException {
    List<String> kinds = KINDS.stream().filter(root::has).toList();
    if (kinds.isEmpty() && root.has("predictions")) {
      return InstancesJson.read(root);
    }
    if (kinds.size() != 1) {
      throw new MalformedSampleException(
          "$: has %s; expected exactly one of %s".formatted(kinds, KINDS));
    }
    JsonNode data = root.path(kinds.get(0));
    String path = "$." + kinds.get(0);
    InferenceMessage message =
        switch (kinds.get(0)) {
          case SPLIT -> split(data);
          case RECORDS -> InstancesJson.rows(data, RECORDS, path, true);
          case INSTANCES -> InstancesJson.rows(data, INSTANCES, path, false);
          default -> data.isObject() ? named(data) : InstancesJson.rows(data, INPUTS, path, false);
        };
    JsonNode params = root.path("params");
    return message.with(
        null,
        JsonFields.label(params.path("label"), "$.params.label"),
        JsonFields.parameters(params));
  }

  private static InferenceMessage named(JsonNode inputs) {
    List<PayloadTensor> tensors = new ArrayList<>();
    for (Map.Entry<String, JsonNode> input : inputs.properties()) {
      String path = "$.inputs." + Json.brief(input.getKey());
      tensors.add(JsonNumbers.tensor(input.getKey(), input.getValue(), path));
    }
    return InferenceMessage.of(tensors, tensors.size() == 1);
  }

  private static InferenceMessage split(JsonNode frame) throws MalformedSampleException {
    String path = "$." + SPLIT;
    List<String> names = columns(frame.path("columns"), path + ".columns");
    JsonNode data = frame.path("data");
    if (!data.isArray() || data.isEmpty()) {
      throw Json.mismatch(path + ".data", data, "an array of at least one row");
    }
    for (int row = 0; row < data.size(); row++) {
      JsonNode cells = data.get(row);
      if (!cells.isArray() || cells.size() != names.size()) {
        throw Json.mismatch(
            "%s.data[%d]".formatted(path, row), cells, "an array of " + names.size());
      }
    }
    double[] values = new double[Math.multiplyExact(names.size(), data.size())];
    Map<Integer, String> unreadable = new HashMap<>();
    for (int row = 0; row < data.size(); row++) {
      fill(values, row, data.get(row), names, unreadable);
    }
    return InferenceMessage.of(new Table(names, data.size(), values, unreadable), true);
  }

  private static void fill(
      double[] values,
      int row,
      JsonNode cells,
      List<String> names,
      Map<Integer, String> unreadable) {
    if (cells instanceof NumberArray numbers && numbers.isFinite()) {
      numbers.copyTo(values, row * names.size());
      return;
    }
    for (int column = 0; column < names.size(); column++) {
      values[row * names.size() + column] =
          Table.number(cells.get(column), "$.dataframe_split.data", row, column, names, unreadable);
    }
  }

  private static List<String> columns(JsonNode columns, String path)
      throws MalformedSampleException {
    if (!columns.isArray() || columns.isEmpty()) {
      throw Json.mismatch(path, columns, "an array of names");
    }
    List<String> names = new ArrayList<>();
    for (JsonNode column : columns) {
      if (!column.isTextual() && !column.isIntegralNumber()) {
        throw Json.mismatch(path, column, "a name");
      }
      names.add(column.asText());
    }
    if (new HashSet<>(names).size() != names.size()) {
      throw new MalformedSampleException(path + ": a name twice; expected distinct names");
    }
    return names;
  }
}
