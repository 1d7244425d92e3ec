package io.gradwatch.sample.payload;

import io.gradwatch.sample.DataType;
import io.gradwatch.sample.MalformedSampleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An element type as messages name it, and the type that holds it here. libtorch has no unsigned
 * types above 8 bits, and its binding makes no tensors of INT16 and BF16, so that these are
 * widened.
 */
enum WireType {
  BOOL(1, DataType.BOOL),
  UINT8(1, DataType.UINT8),
  UINT16(2, DataType.INT32),
  UINT32(4, DataType.INT64),
  UINT64(8, DataType.INT64),
  INT8(1, DataType.INT8),
  INT16(2, DataType.INT32),
  INT32(4, DataType.INT32),
  INT64(8, DataType.INT64),
  FP16(2, DataType.FP16),
  BF16(2, DataType.FP32),
  FP32(4, DataType.FP32),
  FP64(8, DataType.FP64);

  private static final WireType[] ALL = values();

  private final int bytes;
  private final DataType held;

  WireType(int bytes, DataType held) {
    this.bytes = bytes;
    this.held = held;
  }

  /** The type of a name; null if it is none, or BYTES, which holds no numbers. */
  static @Nullable WireType of(String name) {
    for (WireType type : ALL) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }

  /** The type that holds its elements. */
  DataType held() {
    return held;
  }

  /** Bytes of one element in a message. */
  int bytes() {
    return bytes;
  }

  /** The smallest whole number of the type, as it is sent. */
  long min() {
    return switch (this) {
      case UINT16, UINT32, UINT64 -> 0;
      case INT16 -> Short.MIN_VALUE;
      default -> Elements.min(held);
    };
  }

  /** The largest whole number of the type that can be held. */
  long max() {
    return switch (this) {
      case INT16 -> Short.MAX_VALUE;
      case UINT16 -> 0xffff;
      case UINT32 -> 0xffff_ffffL;
      default -> Elements.max(held);
    };
  }

  /**
   * A tensor of elements as they lie in memory.
   *
   * @param shape batch first
   * @param raw little-endian, row-major
   * @param path of the tensor, for messages
   */
  BatchTensor raw(String name, List<Long> shape, ByteBuffer raw, String path)
      throws MalformedSampleException {
    int elements = BatchTensor.requireShape(shape, path + ".shape", raw.remaining());
    if ((long) elements * bytes != raw.remaining()) {
      throw new MalformedSampleException(
          "%s: %d bytes; expected %d for %s %s"
              .formatted(path, raw.remaining(), (long) elements * bytes, this, shape));
    }
    ByteBuffer data = raw.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (this == BOOL || held.bytes() != bytes || this == UINT64) {
      data = widened(data, elements, path);
    }
    return new BatchTensor(name, held, true, shape, data).requireFinite(path);
  }

  private ByteBuffer widened(ByteBuffer data, int elements, String path)
      throws MalformedSampleException {
    ByteBuffer wide = Elements.room(elements, held);
    if (this == BF16) {
      short[] halves = new short[elements];
      data.asShortBuffer().get(halves);
      int[] bits = new int[elements];
      for (int i = 0; i < elements; i++) {
        // The upper half of the same number in binary32.
        bits[i] = halves[i] << Short.SIZE;
      }
      wide.asIntBuffer().put(bits);
      return wide;
    }
    long[] values = wholes(data, elements);
    if (this == UINT64 || this == BOOL) {
      for (int i = 0; i < elements; i++) {
        inRange(values[i], i, path);
      }
    }
    Elements.putWhole(wide, held, values);
    return wide.flip();
  }

  private long[] wholes(ByteBuffer data, int elements) {
    long[] values = new long[elements];
    switch (this) {
      case INT16, UINT16 -> {
        short[] narrow = new short[elements];
        data.asShortBuffer().get(narrow);
        int mask = this == UINT16 ? 0xffff : -1;
        for (int i = 0; i < elements; i++) {
          values[i] = narrow[i] & mask;
        }
      }
      case UINT32 -> {
        int[] narrow = new int[elements];
        data.asIntBuffer().get(narrow);
        for (int i = 0; i < elements; i++) {
          values[i] = Integer.toUnsignedLong(narrow[i]);
        }
      }
      case UINT64 -> data.asLongBuffer().get(values);
      default -> {
        for (int i = 0; i < elements; i++) {
          values[i] = data.get(data.position() + i);
        }
      }
    }
    return values;
  }

  private void inRange(long value, int element, String path) throws MalformedSampleException {
    if (value < min() || value > max()) {
      throw new MalformedSampleException(
          "%s[%d]: %s; expected %d to %d (%s)"
              .formatted(path, element, Long.toUnsignedString(value), min(), max(), this));
    }
  }
}
