package io.gradwatch.importance;

import io.gradwatch.sample.InferenceSample;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * f = W x + b in plain Java: parameters {@code weight} [outputs, inputs] and {@code bias}, in a
 * module if that has a name.
 */
public final class LinearModel implements DifferentiableModel {
  private static final String SHA256 = "0123456789abcdef".repeat(4);

  private final double[][] weight;
  private final double[] bias;
  private final String prefix;

  public LinearModel(double[][] weight, double... bias) {
    this("", weight, bias);
  }

  private LinearModel(String prefix, double[][] weight, double... bias) {
    this.prefix = prefix;
    this.weight = Arrays.stream(weight).map(double[]::clone).toArray(double[][]::new);
    this.bias = bias.clone();
  }

  /** The same as a module of a larger model. */
  LinearModel named(String module) {
    return new LinearModel(module + ".", weight, bias);
  }

  double[] output(double[] x) {
    double[] f = bias.clone();
    for (int k = 0; k < f.length; k++) {
      for (int i = 0; i < x.length; i++) {
        f[k] += weight[k][i] * x[i];
      }
    }
    return f;
  }

  static double[] input(InferenceSample sample) {
    FloatBuffer data = sample.inputs().get(0).data().asFloatBuffer();
    double[] x = new double[data.remaining()];
    Arrays.setAll(x, data::get);
    return x;
  }

  @Override
  public ModelVersion version() {
    return new ModelVersion("linear", SHA256);
  }

  @Override
  public String device() {
    return "java";
  }

  @Override
  public List<Parameter> parameters() {
    long outputs = bias.length;
    return List.of(
        new Parameter(prefix + "weight", List.of(outputs, (long) weight[0].length)),
        new Parameter(prefix + "bias", List.of(outputs)));
  }

  @Override
  public float[] weights(int parameter) {
    if (parameter == 1) {
      return floats(bias);
    }
    return floats(Arrays.stream(weight).flatMapToDouble(Arrays::stream).toArray());
  }

  @Override
  public Replacement replace(Map<Integer, float[]> values) {
    double[][] weightBefore = Arrays.stream(weight).map(double[]::clone).toArray(double[][]::new);
    double[] biasBefore = bias.clone();
    values.forEach(
        (parameter, array) -> {
          for (int i = 0; i < array.length; i++) {
            if (parameter == 1) {
              bias[i] = array[i];
            } else {
              weight[i / weight[0].length][i % weight[0].length] = array[i];
            }
          }
        });
    return () -> {
      System.arraycopy(weightBefore, 0, weight, 0, weight.length);
      System.arraycopy(biasBefore, 0, bias, 0, bias.length);
    };
  }

  @Override
  public OptionalLong freeBytes() {
    return OptionalLong.empty();
  }

  @Override
  public ForwardPass forwardFromInputs(List<InferenceSample> samples) {
    return forward(samples);
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  @Override
  public ForwardPass forward(List<InferenceSample> samples) {
    return new Pass(samples.stream().map(LinearModel::input).toList());
  }

  @Override
  public void close() {}

  private final class Pass implements ForwardPass {
    private final List<double[]> inputs;

    Pass(List<double[]> inputs) {
      this.inputs = inputs;
    }

    @Override
    public float[] outputs() {
      float[] outputs = new float[rows() * columns()];
      for (int n = 0; n < rows(); n++) {
        double[] f = output(inputs.get(n));
        for (int k = 0; k < columns(); k++) {
          outputs[n * columns() + k] = (float) f[k];
        }
      }
      return outputs;
    }

    @Override
    public int rows() {
      return inputs.size();
    }

    @Override
    public int columns() {
      return bias.length;
    }

    @Override
    public List<UnitSums> backward(float[] vector) {
      UnitSums ofWeight = zeros();
      UnitSums ofBias = zeros();
      for (int k = 0; k < columns(); k++) {
        for (int i = 0; i < weight[0].length; i++) {
          double g = 0;
          for (int n = 0; n < rows(); n++) {
            g += vector[n * columns() + k] * inputs.get(n)[i];
          }
          add(ofWeight, k, g, weight[k][i]);
        }
        double g = 0;
        for (int n = 0; n < rows(); n++) {
          g += vector[n * columns() + k];
        }
        add(ofBias, k, g, bias[k]);
      }
      return List.of(ofWeight, ofBias);
    }

    @Override
    public List<float[]> absolute(float[] vector) {
      float[] ofWeight = new float[columns()];
      float[] ofBias = new float[columns()];
      List<float[]> g = gradients(vector);
      for (int i = 0; i < g.get(0).length; i++) {
        ofWeight[i / weight[0].length] += Math.abs(g.get(0)[i]);
      }
      for (int k = 0; k < columns(); k++) {
        ofBias[k] = Math.abs(g.get(1)[k]);
      }
      return List.of(ofWeight, ofBias);
    }

    @Override
    public List<float[]> gradients(float[] vector) {
      int inputsEach = weight[0].length;
      float[] ofWeight = new float[columns() * inputsEach];
      float[] ofBias = new float[columns()];
      for (int n = 0; n < rows(); n++) {
        for (int k = 0; k < columns(); k++) {
          float v = vector[n * columns() + k];
          ofBias[k] += v;
          for (int i = 0; i < inputsEach; i++) {
            ofWeight[k * inputsEach + i] += (float) (v * inputs.get(n)[i]);
          }
        }
      }
      return List.of(ofWeight, ofBias);
    }

    @Override
    public List<float[]> inputGradients(float[] vector) {
      int inputsEach = weight[0].length;
      float[] ofInput = new float[rows() * inputsEach];
      for (int n = 0; n < rows(); n++) {
        for (int k = 0; k < columns(); k++) {
          for (int i = 0; i < inputsEach; i++) {
            ofInput[n * inputsEach + i] += (float) (vector[n * columns() + k] * weight[k][i]);
          }
        }
      }
      return List.of(ofInput);
    }

    private UnitSums zeros() {
      return new UnitSums(new float[columns()], new float[columns()], new float[columns()]);
    }

    private void add(UnitSums sums, int unit, double g, double w) {
      sums.squaredGradient()[unit] += (float) (g * g);
      sums.squaredProduct()[unit] += (float) (w * g * w * g);
      sums.product()[unit] += (float) (w * g);
    }

    @Override
    public void close() {}
  }
}
