package io.gradwatch.sample.payload;

import io.gradwatch.sample.DataType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Nested Avro arrays of numbers while they are read. It grows as elements come: what a block says
 * of its length is no reason to take memory.
 *
 * <p>Confined to the call that reads it.
 */
final class AvroArray {
  private final List<Long> shape = new ArrayList<>();
  private double[] values = new double[64];
  private int size;
  private @Nullable String fault;

  private AvroArray() {}

  /** Reads an array of a schema that has numbers at its innermost. */
  static AvroArray read(Schema schema, BinaryDecoder decoder) throws IOException {
    AvroArray array = new AvroArray();
    for (Schema at = schema; at.getType() == Schema.Type.ARRAY; at = at.getElementType()) {
      array.shape.add(-1L);
    }
    array.read(schema, decoder, 0);
    array.shape.replaceAll(extent -> Math.max(0, extent));
    return array;
  }

  /** Extents, outermost first; 0 where there are no elements. */
  List<Long> shape() {
    return shape;
  }

  /** What keeps it from being a tensor of numbers; null if nothing does. */
  @Nullable String fault() {
    return fault;
  }

  /** The elements as FP64. */
  ByteBuffer data() {
    ByteBuffer data = Elements.room(size, DataType.FP64);
    data.asDoubleBuffer().put(values, 0, size);
    return data;
  }

  private void read(Schema schema, BinaryDecoder decoder, int depth) throws IOException {
    Schema element = schema.getElementType();
    long count = 0;
    for (long block = decoder.readArrayStart(); block != 0; block = decoder.arrayNext()) {
      count += block;
      if (element.getType() != Schema.Type.ARRAY) {
        append(element.getType(), block, decoder);
        continue;
      }
      for (long i = 0; i < block; i++) {
        read(element, decoder, depth + 1);
      }
    }
    if (shape.get(depth) >= 0 && shape.get(depth) != count) {
      fault = "arrays of %d and %d".formatted(shape.get(depth), count);
    }
    shape.set(depth, count);
  }

  private void append(Schema.Type type, long block, BinaryDecoder decoder) throws IOException {
    int first = size;
    for (long i = 0; i < block; i++) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] =
          switch (type) {
            case INT -> decoder.readInt();
            case FLOAT -> decoder.readFloat();
            case DOUBLE -> decoder.readDouble();
            case BOOLEAN -> decoder.readBoolean() ? 1 : 0;
            default -> whole(decoder.readLong());
          };
    }
    for (int i = first; i < size; i++) {
      if (!Double.isFinite(values[i])) {
        fault = "element %d is %s".formatted(i, values[i]);
      }
    }
  }

  private double whole(long value) {
    if (value > Elements.EXACT || value < -Elements.EXACT) {
      fault = "element %d is %d, beyond 2^53".formatted(size, value);
    }
    return value;
  }
}
