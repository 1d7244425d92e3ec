package io.gradwatch.importance;

import io.gradwatch.sample.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The extents of something that can be looked at as an image, row-major, channels outermost.
 *
 * @param channels 1 for gray, 3 for red, green and blue
 * @param height rows of pixels, {@value #SMALLEST} to {@value #LARGEST}
 * @param width pixels a row, likewise
 */
public record ImageShape(int channels, int height, int width) {
  static final int SMALLEST = 4;
  static final int LARGEST = 4096;

  public ImageShape {
    if (!fits(channels, height, width)) {
      throw new IllegalArgumentException(
          "image is [%d, %d, %d], must be [height, width] or [channels, height, width] with 1 or 3 channels and sides of %d to %d pixels"
              .formatted(channels, height, width, SMALLEST, LARGEST));
    }
  }

  /**
   * The shape of an image that somebody wrote down.
   *
   * @param extents height and width, or channels, height and width
   * @throws IllegalArgumentException if it is no image's
   */
  public static ImageShape of(List<Integer> extents) {
    if (extents.size() != 2 && extents.size() != 3) {
      throw new IllegalArgumentException(
          "image is %s, must be [height, width] or [channels, height, width]".formatted(extents));
    }
    int first = extents.size() - 2;
    return new ImageShape(
        first == 0 ? 1 : extents.get(0), extents.get(first), extents.get(first + 1));
  }

  /**
   * How the elements of an input form an image.
   *
   * @param input of one sample, without batch dimension
   * @param stated what the configuration says; null where it says nothing, and then a flat vector
   *     is none, however square its length
   * @return null if they do not
   */
  public static @Nullable ImageShape of(Tensor input, @Nullable ImageShape stated) {
    if (stated != null) {
      return input.elements() == stated.elements() ? stated : null;
    }
    List<Long> shape = input.shape();
    int sides = shape.size() - 2;
    if (sides != 0 && sides != 1) {
      return null;
    }
    long channels = sides == 0 ? 1 : shape.get(0);
    long height = shape.get(sides);
    long width = shape.get(sides + 1);
    return fits(channels, height, width)
        ? new ImageShape((int) channels, (int) height, (int) width)
        : null;
  }

  /** Values of one image. */
  public int elements() {
    return channels * pixels();
  }

  /** Values of one channel. */
  public int pixels() {
    return height * width;
  }

  private static boolean fits(long channels, long height, long width) {
    return (channels == 1 || channels == 3) && side(height) && side(width);
  }

  private static boolean side(long extent) {
    return extent >= SMALLEST && extent <= LARGEST;
  }
}
