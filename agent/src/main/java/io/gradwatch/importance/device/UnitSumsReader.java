package io.gradwatch.importance.device;

import io.gradwatch.importance.DifferentiableModel.UnitSums;
import io.gradwatch.importance.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads what gradients.py joined, and adds up the small parameters. Pure. */
final class UnitSumsReader {
  private UnitSumsReader() {}

  /**
   * One entry a parameter, in their order.
   *
   * @param joined of each parameter with at most {@code small} elements g and w, row-major; of the
   *     others, one value a unit, the sums of g^2, of (w g)^2 and of w g
   */
  static List<UnitSums> read(float[] joined, List<Parameter> parameters, int small) {
    List<UnitSums> all = new ArrayList<>(parameters.size());
    int at = 0;
    for (Parameter parameter : parameters) {
      int units = parameter.units();
      if (parameter.elements() <= small) {
        int elements = (int) parameter.elements();
        all.add(sum(joined, at, elements, units));
        at += 2 * elements;
      } else {
        all.add(
            new UnitSums(
                Arrays.copyOfRange(joined, at, at + units),
                Arrays.copyOfRange(joined, at + units, at + 2 * units),
                Arrays.copyOfRange(joined, at + 2 * units, at + 3 * units)));
        at += 3 * units;
      }
    }
    return all;
  }

  /** From g at {@code at} and w behind it. */
  private static UnitSums sum(float[] joined, int at, int elements, int units) {
    UnitSums sums = new UnitSums(new float[units], new float[units], new float[units]);
    int each = elements / units;
    for (int unit = 0; unit < units; unit++) {
      int from = at + unit * each;
      double squares = 0;
      double products = 0;
      double total = 0;
      for (int i = from; i < from + each; i++) {
        double g = joined[i];
        double wg = g * joined[i + elements];
        squares += g * g;
        products += wg * wg;
        total += wg;
      }
      sums.squaredGradient()[unit] = (float) squares;
      sums.squaredProduct()[unit] = (float) products;
      sums.product()[unit] = (float) total;
    }
    return sums;
  }
}
