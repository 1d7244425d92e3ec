package io.gradwatch.importance.device;

import java.util.List;

/**
 * The demo's network in plain Java and double precision: two convolutions of 3 x 3 with a border of
 * zeros, each with ReLU and the maximum of 2 x 2, then two linear layers with a ReLU between them.
 *
 * @param weights row-major, in the module's order
 */
@SuppressWarnings("ArrayRecordComponent") // a fixture that is never compared
record DigitNet(List<double[]> weights) {
  private static final int SIDE = 8;

  /** The ten logits of one image of 8 x 8. */
  double[] logits(double[] pixels) {
    double[] first = pool(relu(convolve(pixels, SIDE, weights.get(0), weights.get(1))), SIDE);
    double[] second =
        pool(relu(convolve(first, SIDE / 2, weights.get(2), weights.get(3))), SIDE / 2);
    double[] hidden = relu(multiply(second, weights.get(4), weights.get(5)));
    return multiply(hidden, weights.get(6), weights.get(7));
  }

  private static double[] convolve(double[] in, int side, double[] kernel, double[] bias) {
    int area = side * side;
    int channels = in.length / area;
    double[] out = new double[bias.length * area];
    for (int k = 0; k < bias.length; k++) {
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          double sum = bias[k];
          for (int c = 0; c < channels; c++) {
            for (int dy = Math.max(-1, -y); dy <= Math.min(1, side - 1 - y); dy++) {
              for (int dx = Math.max(-1, -x); dx <= Math.min(1, side - 1 - x); dx++) {
                sum +=
                    kernel[((k * channels + c) * 3 + dy + 1) * 3 + dx + 1]
                        * in[c * area + (y + dy) * side + x + dx];
              }
            }
          }
          out[k * area + y * side + x] = sum;
        }
      }
    }
    return out;
  }

  private static double[] pool(double[] in, int side) {
    int half = side / 2;
    double[] out = new double[in.length / 4];
    for (int i = 0; i < out.length; i++) {
      int channel = i / (half * half);
      int at = channel * side * side + i / half % half * 2 * side + i % half * 2;
      out[i] = Math.max(Math.max(in[at], in[at + 1]), Math.max(in[at + side], in[at + side + 1]));
    }
    return out;
  }

  private static double[] multiply(double[] in, double[] weight, double[] bias) {
    double[] out = bias.clone();
    for (int k = 0; k < out.length; k++) {
      for (int i = 0; i < in.length; i++) {
        out[k] += weight[k * in.length + i] * in[i];
      }
    }
    return out;
  }

  private static double[] relu(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0, values[i]);
    }
    return values;
  }
}
