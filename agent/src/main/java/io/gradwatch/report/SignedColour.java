package io.gradwatch.report;

/**
 * The colours of numbers with a sign: blue below 0, white at 0, orange above.
 *
 * <p>Blue and orange differ in what every kind of colour blindness leaves, and both get darker with
 * the distance from 0, so that it shows on paper too.
 */
final class SignedColour {
  private static final int LOWEST = 0x0b4f8a;
  private static final int MIDDLE = 0xf7f7f7;
  private static final int HIGHEST = 0xb35806;

  private SignedColour() {}

  /**
   * The colour of a number as 0xRRGGBB.
   *
   * @param value -1 for the lowest to 1 for the highest; what lies outside is as the nearer end,
   *     NaN as 0
   */
  static int of(double value) {
    double distance = Math.min(1, Math.abs(value));
    int end = value < 0 ? LOWEST : HIGHEST;
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int middle = MIDDLE >> shift & 0xff;
      int far = end >> shift & 0xff;
      colour = colour << 8 | level((middle + (distance > 0 ? distance : 0) * (far - middle)) / 255);
    }
    return colour;
  }

  /** One of 256 levels of a lightness from 0 to 1; NaN is 0. */
  static int level(double lightness) {
    return (int) Math.round(255 * Math.max(0, Math.min(1, lightness)));
  }
}
