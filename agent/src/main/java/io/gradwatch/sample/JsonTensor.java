package io.gradwatch.sample;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One tensor of a JSON request or response: decoded once into little-endian bytes, then cut into
 * rows.
 *
 * <p>Confined to the call that reads it.
 */
final class JsonTensor {
  /** More dimensions than any model has; bounds the work a row. */
  private static final int MAX_RANK = 16;

  private final String path;
  private final String name;
  private final DataType type;
  private final List<Long> shape;
  private final ByteBuffer data;

  /** Where in {@code data} the element lies that is being decoded: for messages only. */
  private final int[] position;

  /**
   * @param capacity elements that memory is taken for
   */
  private JsonTensor(String path, String name, DataType type, List<Long> shape, int capacity) {
    this.path = path;
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.data = ByteBuffer.allocate(capacity * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    this.position = new int[shape.size()];
  }

  /**
   * Decodes a tensor.
   *
   * @param path of {@code node} in the request
   * @param maxElements elements that the payload can hold at most
   */
  static JsonTensor read(JsonNode node, String path, int maxElements)
      throws MalformedSampleException {
    if (!node.isObject()) {
      throw Json.mismatch(path, node, "a tensor object");
    }
    JsonNode name = node.path("name");
    if (!name.isTextual() || name.asText().isEmpty()) {
      throw Json.mismatch(path + ".name", name, "the input's name");
    }
    DataType type = dataType(node.path("datatype"), path + ".datatype");
    List<Long> shape = shape(node.path("shape"), path + ".shape", maxElements);
    int elements = (int) (long) shape.stream().reduce(1L, (a, b) -> a * b);
    if (node.path("parameters").has("binary_data_size")) {
      throw new MalformedSampleException(
          path + ".parameters.binary_data_size: binary tensor data; expected 'data' in JSON");
    }
    JsonNode data = node.path("data");
    // Data that falls short of its shape is refused below; until then it takes no more than it has.
    int capacity = Math.min(elements, leaves(data));
    JsonTensor tensor = new JsonTensor(path, name.asText(), type, shape, capacity);
    tensor.decode(data, elements);
    return tensor;
  }

  private static int leaves(JsonNode node) {
    if (!node.isArray()) {
      return 1;
    }
    int leaves = 0;
    for (JsonNode child : node) {
      leaves += leaves(child);
    }
    return leaves;
  }

  /** The rows along dimension 0, each a view of the same bytes. */
  List<Tensor> rows() {
    List<Long> rowShape = List.copyOf(shape.subList(1, shape.size()));
    int count = Math.toIntExact(shape.get(0));
    int rowBytes = data.capacity() / count;
    List<Tensor> rows = new ArrayList<>(count);
    for (int row = 0; row < count; row++) {
      rows.add(new Tensor(name, type, rowShape, data.slice(row * rowBytes, rowBytes)));
    }
    return rows;
  }

  private static DataType dataType(JsonNode node, String path) throws MalformedSampleException {
    if (!node.isTextual()) {
      throw Json.mismatch(path, node, "the name of a data type");
    }
    for (DataType type : DataType.values()) {
      if (type.name().equals(node.asText())) {
        return type;
      }
    }
    String reason =
        switch (node.asText()) {
          case "BF16" -> "BF16 has no JSON form; send FP32";
          case "BYTES" -> "BYTES is no tensor of numbers; send what the model takes";
          case "UINT16", "UINT32", "UINT64" ->
              node.asText() + " has no counterpart in libtorch; send INT32 or INT64";
          default -> Json.describe(node) + " is no data type";
        };
    throw new MalformedSampleException(
        "%s: %s; expected one of %s".formatted(path, reason, List.of(DataType.values())));
  }

  private static List<Long> shape(JsonNode node, String path, int maxElements)
      throws MalformedSampleException {
    if (!node.isArray() || node.isEmpty() || node.size() > MAX_RANK) {
      throw Json.mismatch(path, node, "an array of 1 to " + MAX_RANK + " extents, batch first");
    }
    List<Long> shape = new ArrayList<>(node.size());
    long elements = 1;
    for (int i = 0; i < node.size(); i++) {
      JsonNode extent = node.get(i);
      if (!extent.isIntegralNumber() || !extent.canConvertToLong() || extent.asLong() < 1) {
        throw Json.mismatch(path + "[" + i + "]", extent, "a whole number of at least 1");
      }
      if (extent.asLong() > maxElements / elements) {
        throw new MalformedSampleException(
            "%s: more elements than the payload of %d bytes can hold; expected the shape of 'data'"
                .formatted(path, maxElements));
      }
      elements *= extent.asLong();
      shape.add(extent.asLong());
    }
    return List.copyOf(shape);
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
    for (int i = 0; i < node.size(); i++) {
      position[depth] = i;
      decode(node.get(i), depth + 1, extents);
    }
  }

  private void put(JsonNode node, int depth) throws MalformedSampleException {
    switch (type) {
      case BOOL -> {
        if (!node.isBoolean()) {
          throw Json.mismatch(at(depth), node, "true or false");
        }
        data.put((byte) (node.booleanValue() ? 1 : 0));
      }
      case UINT8 -> data.put((byte) whole(node, depth, 0, 255));
      case INT8 -> data.put((byte) whole(node, depth, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case INT16 -> data.putShort((short) whole(node, depth, Short.MIN_VALUE, Short.MAX_VALUE));
      case INT32 -> data.putInt((int) whole(node, depth, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT64 -> data.putLong(whole(node, depth, Long.MIN_VALUE, Long.MAX_VALUE));
      case FP16 -> data.putShort(Float16.bits(finite(node, depth, Float16.MAX_VALUE)));
      case FP32 -> data.putFloat((float) finite(node, depth, Float.MAX_VALUE));
      case FP64 -> data.putDouble(finite(node, depth, Double.MAX_VALUE));
    }
  }

  private long whole(JsonNode node, int depth, long min, long max) throws MalformedSampleException {
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.longValue() < min
        || node.longValue() > max) {
      throw Json.mismatch(
          at(depth), node, "a whole number from %d to %d (%s)".formatted(min, max, type));
    }
    return node.longValue();
  }

  private double finite(JsonNode node, int depth, double max) throws MalformedSampleException {
    double value = node.isNumber() ? node.doubleValue() : Double.NaN;
    if (!(Math.abs(value) <= max)) {
      throw Json.mismatch(at(depth), node, "a finite number within %s".formatted(type));
    }
    return value;
  }

  private String at(int depth) {
    StringBuilder at = new StringBuilder(path).append(".data");
    for (int i = 0; i < depth; i++) {
      at.append('[').append(position[i]).append(']');
    }
    return at.toString();
  }
}
