package io.gradwatch.sample;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A dense array of one sample: no batch dimension.
 *
 * @param name the name under which it was sent, for instance {@code INPUT__0}
 * @param type element type
 * @param shape extents, outermost first; empty for a scalar; each at least 0
 * @param data the elements in row-major order, little-endian, exactly {@code elements() *
 *     type.bytes()} bytes; a read-only buffer is taken over, and nobody else moves its position
 */
public record Tensor(String name, DataType type, List<Long> shape, ByteBuffer data) {
  public Tensor {
    shape = List.copyOf(shape);
    data = (data.isReadOnly() ? data : data.asReadOnlyBuffer()).order(ByteOrder.LITTLE_ENDIAN);
    long expected = elements(shape) * type.bytes();
    if (data.remaining() != expected) {
      throw new IllegalArgumentException(
          "tensor '%s' of %s %s needs %d bytes, has %d"
              .formatted(name, type, shape, expected, data.remaining()));
    }
  }

  /** A view of the elements with a position of its own, little-endian. */
  @Override
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The elements as numbers, row-major; true is 1. */
  public double[] values() {
    double[] values = new double[Math.toIntExact(elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(i);
    }
    return values;
  }

  /**
   * One element as a number; true is 1.
   *
   * @param element its place, row-major, at least 0 and below {@link #elements}
   */
  public double value(int element) {
    int at = data.position() + element * type.bytes();
    return switch (type) {
      case BOOL, INT8 -> data.get(at);
      case UINT8 -> Byte.toUnsignedInt(data.get(at));
      case INT32 -> data.getInt(at);
      case INT64 -> data.getLong(at);
      case FP16 -> Float16.value(data.getShort(at));
      case FP32 -> data.getFloat(at);
      case FP64 -> data.getDouble(at);
    };
  }

  /** The number of elements. */
  public long elements() {
    return elements(shape);
  }

  private static long elements(List<Long> shape) {
    long product = 1;
    for (int i = 0; i < shape.size(); i++) {
      long extent = shape.get(i);
      if (extent < 0) {
        throw new IllegalArgumentException("negative extent in shape " + shape);
      }
      product = Math.multiplyExact(product, extent);
    }
    return product;
  }
}
