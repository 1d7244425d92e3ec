package io.gradwatch.sample.payload;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradwatch.sample.DataType;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Named columns of numbers, a row a sample.
 *
 * @param columns their names, in the order of the payload; at least one
 * @param rows at least 1
 * @param values row-major, undefined in columns that cannot be read
 * @param unreadable why a column cannot be read, by its place
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Table(List<String> columns, int rows, double[] values, Map<Integer, String> unreadable) {
  /** The name of all columns together. */
  static final String FEATURES = "features";

  /**
   * A cell as a number; what is none makes its column unreadable.
   *
   * @return 0 for what is none
   */
  static double number(
      JsonNode cell,
      String path,
      int row,
      int column,
      List<String> names,
      Map<Integer, String> unreadable) {
    try {
      return JsonNumbers.number(cell, "");
    } catch (MalformedSampleException e) {
      String where = "%s[%d].%s".formatted(path, row, Json.brief(names.get(column)));
      unreadable.putIfAbsent(column, where + e.getMessage());
      return 0;
    }
  }

  /** A column as a tensor of shape [rows]; null if there is none of that name. */
  @Nullable PayloadTensor column(String name) {
    int place = columns.indexOf(name);
    if (place < 0) {
      return null;
    }
    String reason = unreadable.get(place);
    if (reason != null) {
      return new UnreadableTensor(name, reason);
    }
    ByteBuffer data = Elements.room(rows, DataType.FP64);
    for (int row = 0; row < rows; row++) {
      data.putDouble(values[row * columns.size() + place]);
    }
    return new BatchTensor(name, DataType.FP64, false, List.of((long) rows), data.flip());
  }

  /** Whether all of these are columns of numbers. */
  boolean isReadable(List<String> names) {
    return unreadable.isEmpty()
        && (columns.equals(names) || new HashSet<>(columns).containsAll(names));
  }

  /** Columns that can be read, as one tensor of shape [rows, names]. */
  BatchTensor together(List<String> names) {
    if (columns.equals(names)) {
      return all();
    }
    Map<String, Integer> places = new HashMap<>();
    for (int column = 0; column < columns.size(); column++) {
      places.put(columns.get(column), column);
    }
    ByteBuffer data = Elements.room(Math.multiplyExact(rows, names.size()), DataType.FP64);
    int[] from = names.stream().mapToInt(name -> places.getOrDefault(name, -1)).toArray();
    for (int row = 0; row < rows; row++) {
      for (int place : from) {
        data.putDouble(values[row * columns.size() + place]);
      }
    }
    List<Long> shape = List.of((long) rows, (long) names.size());
    return new BatchTensor(FEATURES, DataType.FP64, false, shape, data.flip());
  }

  /** All columns as one tensor of shape [rows, columns]. */
  BatchTensor together() throws MalformedSampleException {
    if (!unreadable.isEmpty()) {
      throw new MalformedSampleException(
          unreadable.values().iterator().next() + ", or inputs[].from without it");
    }
    return all();
  }

  private BatchTensor all() {
    ByteBuffer data = Elements.room(values.length, DataType.FP64);
    data.asDoubleBuffer().put(values);
    return new BatchTensor(
        FEATURES, DataType.FP64, false, List.of((long) rows, (long) columns.size()), data);
  }
}
