package io.gradwatch.importance.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.Digits;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.OnePass;
import io.gradwatch.importance.OutputKind;
import io.gradwatch.importance.OwnPasses;
import io.gradwatch.importance.Parameter;
import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.sample.InferenceSample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Compares with central finite differences of the same network in double precision. */
class FiniteDifferenceTest {
  private static final List<InferenceSample> DIGITS = Digits.heldOut().subList(0, 4);

  /**
   * Smaller than what keeps dead units from the kink of their ReLU: training has shrunk some to
   * sums of -3e-6. Rounding still leaves a quotient exact to about 1e-7.
   */
  private static final double STEP = 1e-7;

  /** Of FP32 gradients, relative to the largest one of the tensor, or to a sum. */
  private static final double FP32 = 2e-5;

  private static final int CLASSES = 10;

  private static TorchScript model;
  private static DigitNet net;

  /** By sample and parameter: d logit / d w, of shape [elements, classes]. */
  private static final List<List<double[][]>> JACOBIANS = new ArrayList<>();

  @BeforeAll
  static void differentiate() {
    model = TorchScript.load(Digits.MODEL, new DeviceSettings("cpu", 1));
    List<double[]> weights = new ArrayList<>();
    for (int i = 0; i < model.parameters().size(); i++) {
      weights.add(doubles(model.weights(i)));
    }
    net = new DigitNet(weights);
    for (InferenceSample digit : DIGITS) {
      double[] pixels = pixels(digit);
      JACOBIANS.add(weights.stream().map(values -> jacobian(values, pixels)).toList());
    }
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void theNetworkInDoublePrecisionIsTheSame() {
    for (int n = 0; n < DIGITS.size(); n++) {
      double[] f = net.logits(pixels(DIGITS.get(n)));
      float[] outputs = outputs(DIGITS.get(n));
      for (int c = 0; c < CLASSES; c++) {
        assertThat((double) outputs[c]).isCloseTo(f[c], within(FP32));
      }
    }
  }

  @Test
  void gradientsOfParameters() {
    double[] direction = {1, -0.5, 2, 0.25, -1, 0, 0.5, 1.5, -2, 1};
    for (int n = 0; n < DIGITS.size(); n++) {
      try (ForwardPass pass = model.forward(DIGITS.subList(n, n + 1))) {
        List<float[]> gradients = pass.gradients(floats(direction));
        for (int i = 0; i < gradients.size(); i++) {
          double[] expected = along(JACOBIANS.get(n).get(i), direction);
          double largest = 0;
          for (double slope : expected) {
            largest = Math.max(largest, Math.abs(slope));
          }
          for (int j = 0; j < expected.length; j++) {
            assertThat((double) gradients.get(i)[j])
                .as("%s[%d]", model.parameters().get(i).name(), j)
                .isCloseTo(expected[j], within(FP32 * largest));
          }
        }
      }
    }
  }

  @Test
  void attributionOfInputs() {
    double[] expected = new double[64];
    for (InferenceSample digit : DIGITS) {
      double[] pixels = pixels(digit);
      int predicted = largest(net.logits(pixels));
      double[] x = pixels.clone();
      double[][] jacobian = jacobian(x, x);
      for (int i = 0; i < 64; i++) {
        expected[i] += Math.abs(pixels[i] * jacobian[i][predicted]) / DIGITS.size();
      }
    }
    Value value = own(ImportanceMethod.ATTRIBUTION).get(0);
    for (int i = 0; i < 64; i++) {
      assertThat((double) Objects.requireNonNull(value.profile()).get(i))
          .as("pixel %d", i)
          .isCloseTo(expected[i], within(FP32));
    }
  }

  @Test
  void memoryAwareSynapses() {
    List<Value> values = own(ImportanceMethod.MAS);
    for (int i = 0; i < values.size(); i++) {
      double expected = 0;
      for (int n = 0; n < DIGITS.size(); n++) {
        double[] v = net.logits(pixels(DIGITS.get(n)));
        for (double slope : along(JACOBIANS.get(n).get(i), v)) {
          expected += Math.abs(2 * slope) / DIGITS.size();
        }
      }
      assertThat(values.get(i).mean()).isCloseTo(expected, within(FP32 * expected));
    }
  }

  @Test
  void theLabelledOnePassFamily() {
    ImportanceSettings settings = settings(true);
    List<GroupImportance> groups =
        OnePass.importance(model, settings, Samples.batch("digits", 0, DIGITS), () -> 0).groups();
    for (int i = 0; i < groups.size(); i++) {
      double fisher = 0;
      double taylor = 0;
      double unitTaylor = 0;
      for (int n = 0; n < DIGITS.size(); n++) {
        double[] v = softmax(net.logits(pixels(DIGITS.get(n))));
        v[Objects.requireNonNull(DIGITS.get(n).label()).get(0).intValue()] -= 1;
        double[] g = along(JACOBIANS.get(n).get(i), v);
        Parameter parameter = model.parameters().get(i);
        int unit = g.length / parameter.units();
        double product = 0;
        for (int j = 0; j < g.length; j++) {
          double wg = net.weights().get(i)[j] * g[j];
          fisher += g[j] * g[j] / DIGITS.size();
          taylor += wg * wg / DIGITS.size();
          product = (j % unit == 0 ? 0 : product) + wg;
          unitTaylor += j % unit == unit - 1 ? product * product / DIGITS.size() : 0;
        }
      }
      assertRelative(groups.get(i), "labelled-fisher", fisher);
      assertRelative(groups.get(i), "labelled-taylor", taylor);
      assertRelative(groups.get(i), "labelled-unit-taylor", unitTaylor);
      assertRelative(
          groups.get(i), "labelled-gradient", Math.sqrt(fisher / groups.get(i).parameters()));
    }
  }

  private static void assertRelative(GroupImportance group, String method, double expected) {
    // Squares double the error, and a nearly certain answer's p - 1 loses digits.
    assertThat(Objects.requireNonNull(group.methods().get(method)).mean())
        .as("%s of %s", method, group.name())
        .isCloseTo(expected, within(1e-4 * expected));
  }

  private static List<Value> own(ImportanceMethod method) {
    ImportanceSnapshot snapshot =
        OwnPasses.importance(
            model,
            settings(false),
            method,
            Samples.batch("digits", 0, DIGITS),
            Duration.ofDays(1),
            () -> 0);
    return snapshot.groups().stream()
        .map(group -> Objects.requireNonNull(group.methods().get(method.label())))
        .toList();
  }

  private static ImportanceSettings settings(boolean labelled) {
    return new ImportanceSettings(
        Task.CLASSIFICATION,
        OutputKind.LOGITS,
        ImportanceMethod.onePassMethods(),
        1,
        labelled,
        List.of());
  }

  /** d logits / d values, of shape [values, classes]; puts the values back. */
  private static double[][] jacobian(double[] values, double[] pixels) {
    double[][] jacobian = new double[values.length][CLASSES];
    for (int j = 0; j < values.length; j++) {
      double before = values[j];
      values[j] = before + STEP;
      double[] up = net.logits(pixels);
      values[j] = before - STEP;
      double[] down = net.logits(pixels);
      values[j] = before;
      for (int c = 0; c < CLASSES; c++) {
        jacobian[j][c] = (up[c] - down[c]) / (2 * STEP);
      }
    }
    return jacobian;
  }

  private static double[] along(double[][] jacobian, double[] direction) {
    double[] slopes = new double[jacobian.length];
    for (int j = 0; j < slopes.length; j++) {
      for (int c = 0; c < CLASSES; c++) {
        slopes[j] += jacobian[j][c] * direction[c];
      }
    }
    return slopes;
  }

  private static float[] outputs(InferenceSample digit) {
    try (ForwardPass pass = model.forward(List.of(digit))) {
      return pass.outputs();
    }
  }

  private static double[] pixels(InferenceSample digit) {
    return digit.inputs().get(0).values();
  }

  private static double[] softmax(double[] f) {
    double[] p = new double[f.length];
    double sum = 0;
    for (int c = 0; c < f.length; c++) {
      p[c] = Math.exp(f[c]);
      sum += p[c];
    }
    for (int c = 0; c < f.length; c++) {
      p[c] /= sum;
    }
    return p;
  }

  private static int largest(double[] values) {
    int largest = 0;
    for (int i = 1; i < values.length; i++) {
      largest = values[i] > values[largest] ? i : largest;
    }
    return largest;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
