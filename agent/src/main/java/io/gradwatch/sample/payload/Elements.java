package io.gradwatch.sample.payload;

import io.gradwatch.sample.DataType;
import io.gradwatch.sample.Float16;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads and writes single elements of little-endian tensors, and casts between their types. */
final class Elements {
  /** Whole numbers up to this are exact as FP64. */
  static final long EXACT = 1L << 53;

  private Elements() {}

  /** Room for elements of a type, little-endian. */
  static ByteBuffer room(int elements, DataType type) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, type.bytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** An element as a number; true is 1. */
  static double value(ByteBuffer data, DataType type, int element) {
    int at = data.position() + element * type.bytes();
    return switch (type) {
      case FP16 -> Float16.value(data.getShort(at));
      case FP32 -> data.getFloat(at);
      case FP64 -> data.getDouble(at);
      default -> (double) whole(data, type, element);
    };
  }

  /** An element of a type of whole numbers; true is 1. */
  static long whole(ByteBuffer data, DataType type, int element) {
    int at = data.position() + element * type.bytes();
    return switch (type) {
      case BOOL -> data.get(at) == 0 ? 0 : 1;
      case INT8 -> data.get(at);
      case UINT8 -> Byte.toUnsignedInt(data.get(at));
      case INT32 -> data.getInt(at);
      case INT64 -> data.getLong(at);
      default -> throw new IllegalArgumentException(type + " has other than whole numbers");
    };
  }

  /** The smallest whole number of a type; -2^53 for floating point. */
  static long min(DataType type) {
    return switch (type) {
      case BOOL, UINT8 -> 0;
      case INT8 -> Byte.MIN_VALUE;
      case INT32 -> Integer.MIN_VALUE;
      case INT64 -> Long.MIN_VALUE;
      default -> -EXACT;
    };
  }

  /** The largest whole number of a type; 2^53 for floating point. */
  static long max(DataType type) {
    return switch (type) {
      case BOOL -> 1;
      case UINT8 -> 255;
      case INT8 -> Byte.MAX_VALUE;
      case INT32 -> Integer.MAX_VALUE;
      case INT64 -> Long.MAX_VALUE;
      default -> EXACT;
    };
  }

  /** The largest finite value of a floating-point type. */
  static double maxFinite(DataType type) {
    return switch (type) {
      case FP16 -> Float16.MAX_VALUE;
      case FP32 -> Float.MAX_VALUE;
      default -> Double.MAX_VALUE;
    };
  }

  /** Appends a whole number that the type of whole numbers holds. */
  static void putWhole(ByteBuffer to, DataType type, long value) {
    switch (type) {
      case BOOL, UINT8, INT8 -> to.put((byte) value);
      case INT32 -> to.putInt((int) value);
      case INT64 -> to.putLong(value);
      default -> putFinite(to, type, (double) value);
    }
  }

  /** Appends a number that the floating-point type holds, rounded to the nearest. */
  static void putFinite(ByteBuffer to, DataType type, double value) {
    switch (type) {
      case FP16 -> to.putShort(Float16.bits(value));
      case FP32 -> to.putFloat((float) value);
      case FP64 -> to.putDouble(value);
      default -> throw new IllegalArgumentException(type + " is no floating point");
    }
  }

  /** The place of the first element that is infinite or no number; -1 if all are finite. */
  static int firstNotFinite(ByteBuffer data, DataType type, int count) {
    int at = data.position();
    switch (type) {
      case FP16 -> {
        for (int i = 0; i < count; i++, at += Short.BYTES) {
          if ((data.getShort(at) & 0x7c00) == 0x7c00) {
            return i;
          }
        }
      }
      case FP32 -> {
        for (int i = 0; i < count; i++, at += Float.BYTES) {
          if ((data.getInt(at) & 0x7f80_0000) == 0x7f80_0000) {
            return i;
          }
        }
      }
      case FP64 -> {
        for (int i = 0; i < count; i++, at += Double.BYTES) {
          if (!Double.isFinite(data.getDouble(at))) {
            return i;
          }
        }
      }
      default -> {}
    }
    return -1;
  }

  /**
   * Appends a number as another type.
   *
   * @return null, or what was expected instead: the type does not hold it, because it is out of
   *     range, or a fraction or above 2^53 where whole numbers are needed
   */
  static @Nullable String cast(ByteBuffer to, DataType type, double value) {
    if (type.isFloatingPoint()) {
      if (!(Math.abs(value) <= maxFinite(type))) {
        return "a finite number within " + type;
      }
      putFinite(to, type, value);
      return null;
    }
    if (value != Math.rint(value) || !(Math.abs(value) <= EXACT)) {
      return "a whole number for " + type;
    }
    return castWhole(to, type, (long) value);
  }

  /** The same for a whole number and a type of whole numbers. */
  static @Nullable String castWhole(ByteBuffer to, DataType type, long value) {
    if (value < min(type) || value > max(type)) {
      return "a whole number from %d to %d (%s)".formatted(min(type), max(type), type);
    }
    putWhole(to, type, value);
    return null;
  }
}
