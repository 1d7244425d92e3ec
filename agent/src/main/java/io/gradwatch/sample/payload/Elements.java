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

  /** The elements as numbers; true is 1. */
  static double[] values(ByteBuffer data, DataType type, int count) {
    double[] values = new double[count];
    switch (type) {
      case INT32 -> {
        int[] whole = new int[count];
        data.asIntBuffer().get(whole);
        for (int i = 0; i < count; i++) {
          values[i] = whole[i];
        }
      }
      case INT64 -> {
        long[] whole = new long[count];
        data.asLongBuffer().get(whole);
        for (int i = 0; i < count; i++) {
          values[i] = (double) whole[i];
        }
      }
      case FP32 -> {
        float[] single = new float[count];
        data.asFloatBuffer().get(single);
        for (int i = 0; i < count; i++) {
          values[i] = single[i];
        }
      }
      case FP64 -> data.asDoubleBuffer().get(values);
      case FP16 -> {
        short[] half = new short[count];
        data.asShortBuffer().get(half);
        for (int i = 0; i < count; i++) {
          values[i] = Float16.value(half[i]);
        }
      }
      default -> {
        byte[] small = new byte[count];
        data.duplicate().get(small);
        int mask = type == DataType.UINT8 ? 0xff : -1;
        for (int i = 0; i < count; i++) {
          values[i] = small[i] & mask;
        }
      }
    }
    return values;
  }

  /**
   * Appends numbers that the type holds, see {@link #firstUnfit}, rounded to the nearest.
   *
   * @param count of them, from the first one on
   */
  static void putAll(ByteBuffer to, DataType type, double[] values, int count) {
    switch (type) {
      case FP32 -> {
        float[] single = new float[count];
        for (int i = 0; i < count; i++) {
          single[i] = (float) values[i];
        }
        to.asFloatBuffer().put(single);
        to.position(to.position() + count * Float.BYTES);
      }
      case FP64 -> {
        to.asDoubleBuffer().put(values, 0, count);
        to.position(to.position() + count * Double.BYTES);
      }
      case FP16 -> {
        for (int i = 0; i < count; i++) {
          to.putShort(Float16.bits(values[i]));
        }
      }
      default -> {
        long[] whole = new long[count];
        for (int i = 0; i < count; i++) {
          whole[i] = (long) values[i];
        }
        putWhole(to, type, whole);
      }
    }
  }

  /** Appends whole numbers that the type of whole numbers holds. */
  static void putWhole(ByteBuffer to, DataType type, long[] values) {
    switch (type) {
      case INT64 -> {
        to.asLongBuffer().put(values);
        to.position(to.position() + values.length * Long.BYTES);
      }
      case INT32 -> {
        int[] narrow = new int[values.length];
        for (int i = 0; i < narrow.length; i++) {
          narrow[i] = (int) values[i];
        }
        to.asIntBuffer().put(narrow);
        to.position(to.position() + narrow.length * Integer.BYTES);
      }
      default -> {
        byte[] narrow = new byte[values.length];
        for (int i = 0; i < narrow.length; i++) {
          narrow[i] = (byte) values[i];
        }
        to.put(narrow);
      }
    }
  }

  /** The place of the first number that a type does not hold; -1 if it holds all. */
  static int firstUnfit(double[] values, DataType type, int count) {
    // One test for all of them first: it has no branch a number.
    boolean fits = true;
    if (type.isFloatingPoint()) {
      double most = maxFinite(type);
      for (int i = 0; i < count; i++) {
        fits &= Math.abs(values[i]) <= most;
      }
    } else {
      double min = Math.max(min(type), -EXACT);
      double max = Math.min(max(type), EXACT);
      for (int i = 0; i < count; i++) {
        fits &= values[i] >= min && values[i] <= max && values[i] == (long) values[i];
      }
    }
    for (int i = 0; !fits && i < count; i++) {
      if (unfit(type, values[i]) != null) {
        return i;
      }
    }
    return -1;
  }

  /**
   * What a type holds instead of a number; null if it holds it: it does not if the number is out of
   * range, or a fraction or above 2^53 where whole numbers are needed.
   */
  static @Nullable String unfit(DataType type, double value) {
    if (type.isFloatingPoint()) {
      return Math.abs(value) <= maxFinite(type) ? null : "a finite number within " + type;
    }
    if (value != Math.rint(value) || !(Math.abs(value) <= EXACT)) {
      return "a whole number for " + type;
    }
    return unfitWhole(type, (long) value);
  }

  /** The same for a whole number and a type of whole numbers. */
  static @Nullable String unfitWhole(DataType type, long value) {
    return value >= min(type) && value <= max(type)
        ? null
        : "a whole number from %d to %d (%s)".formatted(min(type), max(type), type);
  }

  /** The place of the first element that is infinite or no number; -1 if all are finite. */
  static int firstNotFinite(ByteBuffer data, DataType type, int count) {
    if (!type.isFloatingPoint() || isFinite(data, type, count)) {
      return -1;
    }
    for (int i = 0; i < count; i++) {
      if (!Double.isFinite(value(data, type, i))) {
        return i;
      }
    }
    return -1;
  }

  /** Whether no exponent is all ones: the largest one tells, without a branch an element. */
  private static boolean isFinite(ByteBuffer data, DataType type, int count) {
    int largest = 0;
    switch (type) {
      case FP16 -> {
        short[] bits = new short[count];
        data.asShortBuffer().get(bits);
        for (int i = 0; i < count; i++) {
          largest = Math.max(largest, bits[i] & 0x7c00);
        }
        return largest < 0x7c00;
      }
      case FP32 -> {
        int[] bits = new int[count];
        data.asIntBuffer().get(bits);
        for (int i = 0; i < count; i++) {
          largest = Math.max(largest, bits[i] & 0x7f80_0000);
        }
        return largest < 0x7f80_0000;
      }
      default -> {
        long[] bits = new long[count];
        data.asLongBuffer().get(bits);
        for (int i = 0; i < count; i++) {
          largest = Math.max(largest, (int) (bits[i] >>> 52) & 0x7ff);
        }
        return largest < 0x7ff;
      }
    }
  }
}
