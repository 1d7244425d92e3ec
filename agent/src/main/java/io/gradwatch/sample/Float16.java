package io.gradwatch.sample;

/** IEEE 754 binary16, which Java 17 does not have. */
public final class Float16 {
  /** The largest finite value. */
  public static final double MAX_VALUE = 65_504;

  private static final int MIN_EXPONENT = -14;
  private static final int BIAS = 15;
  private static final int FRACTION_BITS = 10;

  private Float16() {}

  /** The number that the bits stand for; infinite or NaN where the exponent is all ones. */
  public static double value(short bits) {
    int exponent = bits >> FRACTION_BITS & 0x1f;
    int fraction = bits & (1 << FRACTION_BITS) - 1;
    if (exponent != 0 && exponent != 0x1f) {
      // The same number in binary32: only bias and length of the fraction differ.
      int sign = (bits & 0x8000) << 16;
      return Float.intBitsToFloat(sign | (exponent + 127 - BIAS) << 23 | fraction << 13);
    }
    double magnitude =
        exponent == 0
            ? Math.scalb((double) fraction, MIN_EXPONENT - FRACTION_BITS)
            : fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    return bits < 0 ? -magnitude : magnitude;
  }

  /**
   * The nearest half-precision number, ties to even.
   *
   * <p>With e the exponent, not below that of the smallest normal number, and q = |value| / 2^(e -
   * 10) rounded, the bits are (e + 15) 2^10 + q - 2^10: a q that rounds up to 2^11 carries into the
   * exponent, and a q below 2^10 is a subnormal number.
   *
   * @param value within {@code -MAX_VALUE} to {@code MAX_VALUE}
   */
  public static short bits(double value) {
    if (!(Math.abs(value) <= MAX_VALUE)) {
      throw new IllegalArgumentException(value + " is outside of half precision");
    }
    int exponent = Math.max(Math.getExponent(value), MIN_EXPONENT);
    int quotient = (int) Math.rint(Math.scalb(Math.abs(value), FRACTION_BITS - exponent));
    int magnitude = ((exponent + BIAS) << FRACTION_BITS) + quotient - (1 << FRACTION_BITS);
    int sign = Double.doubleToRawLongBits(value) < 0 ? 0x8000 : 0;
    return (short) (sign | magnitude);
  }
}
