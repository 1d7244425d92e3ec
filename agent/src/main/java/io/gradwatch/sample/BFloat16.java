package io.gradwatch.sample;

/** The 16-bit floating point of the upper half of an IEEE 754 binary32. */
public final class BFloat16 {
  /** The largest finite value. */
  public static final double MAX_VALUE = 0x1.fep127;

  private static final int DROPPED_BITS = 16;

  private BFloat16() {}

  /** The number that the bits stand for; infinite or NaN where the exponent is all ones. */
  public static double value(short bits) {
    return Float.intBitsToFloat(bits << DROPPED_BITS);
  }

  /**
   * The nearest such number, ties to even.
   *
   * <p>A double is first rounded to odd in binary32, which has more than two bits to spare: then
   * the second rounding is as if there had been no first one.
   *
   * @param value within {@code -MAX_VALUE} to {@code MAX_VALUE}
   */
  public static short bits(double value) {
    if (!(Math.abs(value) <= MAX_VALUE)) {
      throw new IllegalArgumentException(value + " is outside of bfloat16");
    }
    float near = (float) value;
    int bits = Float.floatToRawIntBits(near);
    if (near != value && (bits & 1) == 0) {
      // Rounded to even: the odd neighbour on the other side of the value stands for it.
      bits += Math.abs(near) < Math.abs(value) ? 1 : -1;
    }
    int even = (bits >>> DROPPED_BITS) & 1;
    int half = 1 << (DROPPED_BITS - 1);
    return (short) ((bits + half - 1 + even) >>> DROPPED_BITS);
  }
}
