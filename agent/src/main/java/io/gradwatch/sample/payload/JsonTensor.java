package io.gradwatch.sample.payload;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradwatch.sample.DataType;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code data} of one tensor of Open Inference JSON, decoded into little-endian bytes.
 *
 * <p>Confined to the call that reads it.
 */
final class JsonTensor {
  private final String path;
  private final WireType type;
  private final List<Long> shape;
  private final ByteBuffer data;

  /** Where in {@code data} the element lies that is being decoded: for messages only. */
  private final int[] position;

  /**
   * @param capacity elements that memory is taken for
   */
  private JsonTensor(String path, WireType type, List<Long> shape, int capacity) {
    this.path = path;
    this.type = type;
    this.shape = shape;
    this.data = Elements.room(capacity, type.held());
    this.position = new int[shape.size()];
  }

  /**
   * Decodes elements.
   *
   * @param path of {@code data} in the message
   * @param shape batch first
   * @param elements that the shape stands for
   */
  static BatchTensor read(
      String name, WireType type, List<Long> shape, int elements, JsonNode data, String path)
      throws MalformedSampleException {
    // Data that falls short of its shape is refused below; until then it takes no more than it has.
    int capacity = (int) Math.min(elements, JsonNumbers.leaves(data));
    JsonTensor tensor = new JsonTensor(path, type, shape, capacity);
    tensor.decode(data, elements);
    return new BatchTensor(name, type.held(), true, shape, tensor.data.flip());
  }

  /** Extents as JSON has them. */
  static List<Long> shape(JsonNode node, String path) throws MalformedSampleException {
    if (!node.isArray() || node.isEmpty() || node.size() > BatchTensor.MAX_RANK) {
      throw Json.mismatch(
          path, node, "an array of 1 to " + BatchTensor.MAX_RANK + " extents, batch first");
    }
    List<Long> shape = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      JsonNode extent = node.get(i);
      if (!extent.isIntegralNumber() || !extent.canConvertToLong() || extent.asLong() < 1) {
        throw Json.mismatch(path + "[" + i + "]", extent, "a whole number of at least 1");
      }
      shape.add(extent.asLong());
    }
    return shape;
  }

  private void decode(JsonNode values, int elements) throws MalformedSampleException {
    boolean nested = values.isArray() && !values.isEmpty() && values.get(0).isArray();
    decode(values, 0, nested ? shape : List.of((long) elements));
  }

  private void decode(JsonNode node, int depth, List<Long> extents)
      throws MalformedSampleException {
    if (depth == extents.size()) {
      put(node, depth);
      return;
    }
    if (!node.isArray() || node.size() != extents.get(depth)) {
      throw Json.mismatch(
          at(depth), node, "an array of %d for shape %s".formatted(extents.get(depth), shape));
    }
    if (node instanceof NumberArray numbers && depth == extents.size() - 1) {
      putAll(numbers, depth);
      return;
    }
    for (int i = 0; i < node.size(); i++) {
      position[depth] = i;
      decode(node.get(i), depth + 1, extents);
    }
  }

  private void putAll(NumberArray numbers, int depth) throws MalformedSampleException {
    DataType held = type.held();
    if (fits(numbers)) {
      Elements.putAll(data, held, numbers.raw(), numbers.size());
      return;
    }
    for (int i = 0; i < numbers.size(); i++) {
      position[depth] = i;
      put(numbers.get(i), depth + 1);
    }
  }

  private boolean fits(NumberArray numbers) {
    double min = (double) type.min();
    double max = (double) type.max();
    if (type.held().isFloatingPoint()) {
      max = Elements.maxFinite(type.held());
      min = -max;
    } else if (type == WireType.BOOL || !numbers.isWhole()) {
      return false;
    }
    double[] values = numbers.raw();
    boolean fits = true;
    for (int i = 0; i < numbers.size(); i++) {
      // Whole numbers here are at most 2^53 in size, so that the comparison is exact.
      fits &= values[i] >= min && values[i] <= max;
    }
    return fits;
  }

  private void put(JsonNode node, int depth) throws MalformedSampleException {
    if (type == WireType.BOOL) {
      if (!node.isBoolean()) {
        throw Json.mismatch(at(depth), node, "true or false");
      }
      data.put((byte) (node.booleanValue() ? 1 : 0));
    } else if (type.held().isFloatingPoint()) {
      double most = Elements.maxFinite(type.held());
      if (!node.isNumber() || !(Math.abs(node.doubleValue()) <= most)) {
        throw Json.mismatch(at(depth), node, "a finite number within %s".formatted(type));
      }
      Elements.putFinite(data, type.held(), node.doubleValue());
    } else {
      if (!node.isIntegralNumber()
          || !node.canConvertToLong()
          || node.longValue() < type.min()
          || node.longValue() > type.max()) {
        throw Json.mismatch(
            at(depth),
            node,
            "a whole number from %d to %d (%s)".formatted(type.min(), type.max(), type));
      }
      Elements.putWhole(data, type.held(), node.longValue());
    }
  }

  private String at(int depth) {
    return JsonNumbers.at(path, position, depth);
  }
}
