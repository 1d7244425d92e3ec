package io.gradwatch.importance.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.gradwatch.importance.DifferentiableModel.UnitSums;
import io.gradwatch.importance.Parameter;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The outputs are the sums over each unit of x w, so that g is x times the unit's vector. */
class GradientsTest {
  private static final int UNITS = 7;
  private static final int EACH = 30;

  /** Left: elements up to which Java adds up. Right: elements that libtorch multiplies at once. */
  @ParameterizedTest
  @CsvSource({"210, 1000", "209, 1000", "209, 210", "209, 209", "0, 90", "0, 1"})
  void addsUpEachUnitWhateverTheLimits(int small, int chunk) {
    float[] x = random(UNITS * EACH, 1);
    float[] w = random(UNITS * EACH, 2);
    float[] vector = random(UNITS, 3);
    UnitSums sums = sums(x, w, vector, small, chunk);
    for (int unit = 0; unit < UNITS; unit++) {
      double squares = 0;
      double products = 0;
      double total = 0;
      for (int i = unit * EACH; i < (unit + 1) * EACH; i++) {
        double g = x[i] * vector[unit];
        squares += g * g;
        products += w[i] * g * w[i] * g;
        total += w[i] * g;
      }
      assertThat((double) sums.squaredGradient()[unit]).isCloseTo(squares, within(1e-5 * squares));
      assertThat((double) sums.squaredProduct()[unit]).isCloseTo(products, within(1e-5 * products));
      assertThat((double) sums.product()[unit]).isCloseTo(total, within(1e-4));
    }
  }

  private static UnitSums sums(float[] x, float[] w, float[] vector, int small, int chunk) {
    System.setProperty("ai.djl.offline", "true");
    try (PtNDManager manager =
        (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu())) {
      PtNDArray tracked = (PtNDArray) manager.create(w, new Shape(UNITS, EACH));
      PtNDArray values = (PtNDArray) manager.create(w, new Shape(UNITS, EACH));
      tracked.setRequiresGradient(true);
      JniUtils.setGradMode(true);
      PtNDArray output =
          (PtNDArray) tracked.mul(manager.create(x, new Shape(UNITS, EACH))).sum(new int[] {1});
      Parameter parameter = new Parameter("w", List.of((long) UNITS, (long) EACH));
      try (Gradients gradients =
          new Gradients(manager, List.of(tracked), List.of(values), small, chunk)) {
        PtNDArray v = (PtNDArray) manager.create(vector);
        return gradients.sums(output, v, List.of(parameter), manager).get(0);
      }
    }
  }

  private static float[] random(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
