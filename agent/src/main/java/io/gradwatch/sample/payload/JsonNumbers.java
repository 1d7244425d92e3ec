package io.gradwatch.sample.payload;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradwatch.sample.DataType;
import io.gradwatch.sample.Json;
import io.gradwatch.sample.MalformedSampleException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Numbers in JSON that come without a data type: nested arrays, whose nesting is their shape. */
final class JsonNumbers {
  private JsonNumbers() {}

  /** Values in nested arrays that are no arrays; 1 for what is no array. */
  static long leaves(JsonNode node) {
    if (!node.isArray()) {
      return 1;
    }
    if (node instanceof NumberArray) {
      return node.size();
    }
    long leaves = 0;
    for (JsonNode child : node) {
      leaves += leaves(child);
    }
    return leaves;
  }

  /**
   * Reads nested arrays, of which the outermost is the batch.
   *
   * @param path of {@code node}, for messages
   */
  static PayloadTensor tensor(String name, JsonNode node, String path) {
    try {
      List<Long> shape = shape(node, path);
      int elements = BatchTensor.requireShape(shape, path, (int) Math.min(leaves(node), 1L << 28));
      ByteBuffer data = Elements.room(elements, DataType.FP64);
      fill(data, node, 0, shape, path, new int[shape.size()]);
      return new BatchTensor(name, DataType.FP64, false, shape, data.flip());
    } catch (MalformedSampleException e) {
      return new UnreadableTensor(name, String.valueOf(e.getMessage()));
    }
  }

  /**
   * One number; true is 1.
   *
   * @throws MalformedSampleException if it is none, or one that FP64 does not hold
   */
  static double number(JsonNode node, String path) throws MalformedSampleException {
    if (node.isBoolean()) {
      return node.booleanValue() ? 1 : 0;
    }
    double value = node.isNumber() ? node.doubleValue() : Double.NaN;
    if (!Double.isFinite(value) || (node.isIntegralNumber() && !isExact(node))) {
      throw Json.mismatch(path, node, "a finite number, whole ones within 2^53");
    }
    return value;
  }

  private static boolean isExact(JsonNode whole) {
    return whole.canConvertToLong()
        && whole.longValue() <= Elements.EXACT
        && whole.longValue() >= -Elements.EXACT;
  }

  private static List<Long> shape(JsonNode node, String path) throws MalformedSampleException {
    List<Long> shape = new ArrayList<>();
    for (JsonNode at = node; at.isArray(); at = at.get(0)) {
      if (at.isEmpty()) {
        throw Json.mismatch(path, at, "numbers");
      }
      shape.add((long) at.size());
      if (at instanceof NumberArray) {
        break;
      }
    }
    if (shape.isEmpty()) {
      throw Json.mismatch(path, node, "an array of numbers");
    }
    return shape;
  }

  private static void fill(
      ByteBuffer data, JsonNode node, int depth, List<Long> shape, String path, int[] position)
      throws MalformedSampleException {
    if (depth == shape.size()) {
      data.putDouble(number(node, at(path, position, depth)));
      return;
    }
    if (!node.isArray() || node.size() != shape.get(depth)) {
      throw Json.mismatch(
          at(path, position, depth),
          node,
          "an array of %d, as its neighbours are".formatted(shape.get(depth)));
    }
    if (node instanceof NumberArray numbers && depth == shape.size() - 1 && numbers.isFinite()) {
      Elements.putAll(data, DataType.FP64, numbers.raw(), numbers.size());
      return;
    }
    for (int i = 0; i < node.size(); i++) {
      position[depth] = i;
      fill(data, node.get(i), depth + 1, shape, path, position);
    }
  }

  /** The path of an element, for messages. */
  static String at(String path, int[] position, int depth) {
    StringBuilder at = new StringBuilder(path);
    for (int i = 0; i < depth; i++) {
      at.append('[').append(position[i]).append(']');
    }
    return at.toString();
  }
}
