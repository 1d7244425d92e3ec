package io.gradwatch.importance;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The weights of the layer that meets an image first, unit by unit: each unit's are an image
 * themselves, of what it answers to.
 *
 * <p>That is the first parameter of four dimensions (units, channels, height, width) whose channels
 * are the image's, or the first of two whose columns are its values. TorchScript does not say what
 * meets the input, so it is the first in the module's order, which is the order in which people
 * register layers.
 *
 * @param parameter name of the tensor
 * @param units all of them
 * @param channels 1 or 3
 * @param height rows of a unit's weights
 * @param width columns of them
 * @param weights of the first units, at most {@value #SHOWN}, row-major
 */
@SuppressWarnings("ArrayRecordComponent") // read once, to be drawn; never compared
public record FirstLayer(
    String parameter, int units, int channels, int height, int width, float[] weights) {
  /** Beyond them nobody looks on. */
  public static final int SHOWN = 64;

  /** A filter of one pixel is a number and no picture. */
  private static final int SMALLEST = 2;

  /**
   * Finds it. For the thread of the model's device.
   *
   * @param image of the model's input; where it is not known, null, and then only filters of 1 or 3
   *     channels are taken for what meets an image
   * @return null if the model has none that can be looked at
   */
  public static @Nullable FirstLayer of(DifferentiableModel model, @Nullable ImageShape image) {
    List<Parameter> parameters = model.parameters();
    for (int place = 0; place < parameters.size(); place++) {
      Parameter parameter = parameters.get(place);
      List<Long> shape = parameter.shape();
      if (isFilters(shape, image)) {
        return new FirstLayer(
            parameter.name(),
            parameter.units(),
            Math.toIntExact(shape.get(1)),
            Math.toIntExact(shape.get(2)),
            Math.toIntExact(shape.get(3)),
            first(model.weights(place), parameter));
      }
      if (image != null && shape.size() == 2 && shape.get(1) == image.elements()) {
        return new FirstLayer(
            parameter.name(),
            parameter.units(),
            image.channels(),
            image.height(),
            image.width(),
            first(model.weights(place), parameter));
      }
    }
    return null;
  }

  /** Units whose weights are here. */
  public int shown() {
    return Math.min(units, SHOWN);
  }

  /**
   * The weights of one unit, row-major.
   *
   * @param unit from 0, below {@link #shown}
   */
  public float[] unit(int unit) {
    int size = channels * height * width;
    float[] values = new float[size];
    System.arraycopy(weights, unit * size, values, 0, size);
    return values;
  }

  /** The largest absolute weight, so that the pictures of all units can share one scale. */
  public double limit() {
    return IntStream.range(0, weights.length)
        .mapToDouble(i -> Math.abs(weights[i]))
        .max()
        .orElse(0);
  }

  private static boolean isFilters(List<Long> shape, @Nullable ImageShape image) {
    return shape.size() == 4
        && (image == null
            ? shape.get(1) == 1 || shape.get(1) == 3
            : shape.get(1) == image.channels())
        && shape.get(2) >= SMALLEST
        && shape.get(3) >= SMALLEST;
  }

  private static float[] first(float[] weights, Parameter parameter) {
    int units = parameter.units();
    int shown = Math.min(units, SHOWN);
    float[] first = new float[weights.length / units * shown];
    System.arraycopy(weights, 0, first, 0, first.length);
    return first;
  }
}
