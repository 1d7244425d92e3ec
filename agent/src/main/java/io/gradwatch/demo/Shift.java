package io.gradwatch.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happens to the images on their way to the model. */
public enum Shift {
  /** Nothing: the traffic that the model was made for. */
  NONE,
  /** Turned by 90 degrees counter-clockwise: a camera that was mounted the wrong way round. */
  ROTATED,
  /** Ink and paper exchanged. */
  INVERTED,
  /** Half the contrast: a pen that runs dry. */
  FADED;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The digit as it arrives; the label stays what it was. */
  public Digit apply(Digit digit) {
    List<Double> pixels = digit.pixels();
    return switch (this) {
      case NONE -> digit;
      case ROTATED -> new Digit(digit.label(), rotated(pixels));
      case INVERTED -> new Digit(digit.label(), pixels.stream().map(pixel -> 1 - pixel).toList());
      case FADED -> new Digit(digit.label(), pixels.stream().map(pixel -> pixel / 2).toList());
    };
  }

  private static List<Double> rotated(List<Double> pixels) {
    List<Double> rotated = new ArrayList<>(pixels.size());
    for (int row = 0; row < Digit.SIZE; row++) {
      for (int column = 0; column < Digit.SIZE; column++) {
        rotated.add(pixels.get(column * Digit.SIZE + Digit.SIZE - 1 - row));
      }
    }
    return rotated;
  }
}
