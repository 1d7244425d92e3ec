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
 *     type.bytes()} bytes
 */
public record Tensor(String name, DataType type, List<Long> shape, ByteBuffer data) {
  public Tensor {
    shape = List.copyOf(shape);
    data = data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
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

  /** The number of elements. */
  public long elements() {
    return elements(shape);
  }

  /**
   * The elements of a floating-point tensor, row-major: a copy.
   *
   * @throws IllegalStateException if it holds no floating-point numbers
   */
  public double[] floatingPoints() {
    if (!type.isFloatingPoint()) {
      throw new IllegalStateException("tensor '%s' is %s".formatted(name, type));
    }
    ByteBuffer from = data();
    double[] values = new double[from.remaining() / type.bytes()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case FP16 -> Float16.value(from.getShort());
            case FP32 -> from.getFloat();
            default -> from.getDouble();
          };
    }
    return values;
  }

  private static long elements(List<Long> shape) {
    long product = 1;
    for (long extent : shape) {
      if (extent < 0) {
        throw new IllegalArgumentException("negative extent in shape " + shape);
      }
      product = Math.multiplyExact(product, extent);
    }
    return product;
  }
}
