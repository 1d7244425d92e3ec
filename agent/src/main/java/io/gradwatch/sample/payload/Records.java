package io.gradwatch.sample.payload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rows as objects in JSON: a table if each field is one value, else a tensor a field. */
final class Records {
  private Records() {}

  /**
   * Reads objects.
   *
   * @param records at least one; each has the fields of the first one
   * @param ordered whether the order of the fields says anything
   * @param apart fields that are no inputs
   */
  static InferenceMessage read(
      List<JsonNode> records, String path, boolean ordered, String... apart)
      throws MalformedSampleException {
    for (int row = 0; row < records.size(); row++) {
      if (!records.get(row).isObject()) {
        throw Json.mismatch("%s[%d]".formatted(path, row), records.get(row), "an object");
      }
    }
    List<String> names = new ArrayList<>();
    records.get(0).fieldNames().forEachRemaining(names::add);
    names.removeAll(Set.of(apart));
    if (names.isEmpty()) {
      throw new MalformedSampleException(path + "[0]: no fields; expected features");
    }
    boolean table = names.stream().noneMatch(name -> records.get(0).path(name).isContainerNode());
    return table
        ? InferenceMessage.of(table(names, records, path), ordered || names.size() == 1)
        : InferenceMessage.of(tensors(names, records, path), ordered || names.size() == 1);
  }

  private static Table table(List<String> names, List<JsonNode> records, String path) {
    Map<Integer, String> unreadable = new HashMap<>();
    double[] values = new double[names.size() * records.size()];
    int at = 0;
    for (int row = 0; row < records.size(); row++) {
      JsonNode record = records.get(row);
      Iterator<Map.Entry<String, JsonNode>> fields = record.properties().iterator();
      for (int column = 0; column < names.size(); column++) {
        String name = names.get(column);
        JsonNode value = null;
        if (fields.hasNext()) {
          // Writers keep the order of the first record; where they do not, the field is looked up.
          Map.Entry<String, JsonNode> next = fields.next();
          value = next.getKey().equals(name) ? next.getValue() : null;
        }
        value = value == null ? record.path(name) : value;
        values[at++] = Table.number(value, path, row, column, names, unreadable);
      }
    }
    return new Table(names, records.size(), values, unreadable);
  }

  private static List<PayloadTensor> tensors(
      List<String> names, List<JsonNode> records, String path) {
    List<PayloadTensor> tensors = new ArrayList<>();
    for (String name : names) {
      ArrayNode rows = JsonNodeFactory.instance.arrayNode(records.size());
      records.forEach(record -> rows.add(record.path(name)));
      tensors.add(JsonNumbers.tensor(name, rows, path + "." + Json.brief(name)));
    }
    return tensors;
  }
}
