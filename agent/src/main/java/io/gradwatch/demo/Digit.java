package io.gradwatch.demo;

import java.util.List;

/**
 * A handwritten digit.
 *
 * @param label what it is, 0 to 9
 * @param pixels {@value #SIZE} rows of {@value #SIZE}, from the top left, each 0 (paper) to 1 (ink)
 */
public record Digit(int label, List<Double> pixels) {
  /** Pixels a side. */
  public static final int SIZE = 8;

  public Digit {
    pixels = List.copyOf(pixels);
    if (label < 0 || label > 9) {
      throw new IllegalArgumentException("label is " + label + ", must be 0 to 9");
    }
    if (pixels.size() != SIZE * SIZE) {
      throw new IllegalArgumentException(
          "a digit has %d pixels, must have %d".formatted(pixels.size(), SIZE * SIZE));
    }
    if (!pixels.stream().allMatch(pixel -> pixel >= 0 && pixel <= 1)) {
      throw new IllegalArgumentException("a pixel is outside of 0 to 1");
    }
  }
}
