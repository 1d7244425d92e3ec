package io.gradwatch.report;

import io.gradwatch.importance.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A small picture of numbers, one pixel a value, to be enlarged where it is shown without being
 * smoothed ({@code image-rendering: pixelated}).
 *
 * @param width pixels
 * @param height pixels
 * @param png the file
 * @param from the value that the first colour stands for: black, or the deepest blue
 * @param to the value that the last colour stands for: white, or the deepest orange
 */
@SuppressWarnings("ArrayRecordComponent") // a file; never compared
public record Picture(int width, int height, byte[] png, double from, double to) {

  /**
   * The values of a sample: from black for the smallest to white for the largest one, or in red,
   * green and blue.
   *
   * @param values as many as the shape has, row-major
   */
  public static Picture sample(ImageShape shape, double[] values) {
    requireAll(shape.elements(), values.length);
    double from = Double.POSITIVE_INFINITY;
    double to = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      from = Math.min(from, value);
      to = Math.max(to, value);
    }
    double least = from;
    double span = to > from ? to - from : 1;
    return light(
        shape.channels(),
        shape.height(),
        shape.width(),
        i -> values[i],
        value -> (value - least) / span,
        from,
        to);
  }

  /**
   * Weights: from blue for the most negative over white for 0 to orange, which people with each
   * kind of colour blindness tell apart; those of three channels in red, green and blue, with gray
   * for 0.
   *
   * @param channels 1 or 3
   * @param values row-major, channels outermost
   * @param limit the absolute value that the deepest colours stand for; 0 where all values are 0
   */
  public static Picture weights(int channels, int height, int width, float[] values, double limit) {
    requireAll(channels * height * width, values.length);
    if (channels == 1) {
      return signed(height, width, i -> values[i], limit);
    }
    double scale = limit > 0 ? 2 * limit : 1;
    return light(
        channels, height, width, i -> values[i], value -> 0.5 + value / scale, 0 - limit, limit);
  }

  /**
   * The saliency of an image's pixels in the colours of weights: of three channels their sum.
   *
   * @param gradient as many values as the shape has, row-major
   */
  public static Picture saliency(ImageShape shape, float[] gradient) {
    requireAll(shape.elements(), gradient.length);
    int pixels = shape.pixels();
    double[] sums = new double[pixels];
    double limit = 0;
    for (int i = 0; i < gradient.length; i++) {
      sums[i % pixels] += gradient[i];
    }
    for (double sum : sums) {
      limit = Math.max(limit, Math.abs(sum));
    }
    return signed(shape.height(), shape.width(), i -> sums[i], limit);
  }

  /** As it stands in a page or a report: a {@code data:} URI. */
  public String dataUri() {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }

  private static Picture signed(int height, int width, IntToDoubleFunction values, double limit) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      double value = limit > 0 ? values.applyAsDouble(i) / limit : 0;
      image.setRGB(i % width, i / width, SignedColour.of(value));
    }
    return of(image, 0 - limit, limit); // not -0
  }

  private static Picture light(
      int channels,
      int height,
      int width,
      IntToDoubleFunction values,
      DoubleUnaryOperator lightness,
      double from,
      double to) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int pixels = width * height;
    for (int i = 0; i < pixels; i++) {
      int colour = 0;
      for (int channel = 0; channel < 3; channel++) {
        int place = (channels == 1 ? 0 : channel) * pixels + i;
        double light = lightness.applyAsDouble(values.applyAsDouble(place));
        colour = colour << 8 | SignedColour.level(light);
      }
      image.setRGB(i % width, i / width, colour);
    }
    return of(image, from, to);
  }

  private static Picture of(BufferedImage image, double from, double to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // Else ImageIO goes by a temporary file, and containers often have no folder for one.
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      ImageIO.write(image, "png", stream);
    } catch (IOException e) {
      throw new UncheckedIOException("a picture cannot be written to memory", e);
    }
    return new Picture(image.getWidth(), image.getHeight(), out.toByteArray(), from, to);
  }

  private static void requireAll(int expected, int found) {
    if (expected != found) {
      throw new IllegalArgumentException(
          "the picture takes %d values, there are %d".formatted(expected, found));
    }
  }
}
