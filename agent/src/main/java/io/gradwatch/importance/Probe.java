package io.gradwatch.importance;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.DifferentiableModel.UnitSums;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A number that a model gives for fixed samples: phi, the inner product of its outputs f and a
 * fixed random vector v, as a function of the parameters.
 *
 * @param batches samples, one pass each
 * @param vectors v, normal numbers, one array a pass
 */
record Probe(
    DifferentiableModel model, List<List<InferenceSample>> batches, List<float[]> vectors) {
  /** Samples in it at most: the cost of a difference grows with them. */
  private static final int SAMPLES = 4;

  /**
   * Runs each pass once, to see how many outputs there are.
   *
   * @param largestPass samples that a pass may hold, at least 1
   */
  static Probe of(
      DifferentiableModel model,
      List<InferenceSample> samples,
      int largestPass,
      SplittableRandom random) {
    List<InferenceSample> some = samples.subList(0, Math.min(SAMPLES, samples.size()));
    List<List<InferenceSample>> batches = MicroBatches.cut(some, Math.min(SAMPLES, largestPass));
    List<float[]> vectors = new ArrayList<>();
    for (List<InferenceSample> batch : batches) {
      try (ForwardPass pass = model.forward(batch)) {
        float[] vector = new float[pass.rows() * pass.columns()];
        for (int i = 0; i < vector.length; i++) {
          vector[i] = (float) random.nextGaussian();
        }
        vectors.add(vector);
      }
    }
    return new Probe(model, batches, vectors);
  }

  /** f of all passes, one after the other. */
  float[] outputs() {
    float[] outputs = new float[vectors.stream().mapToInt(v -> v.length).sum()];
    int at = 0;
    for (List<InferenceSample> batch : batches) {
      try (ForwardPass pass = model.forward(batch)) {
        float[] part = pass.outputs();
        System.arraycopy(part, 0, outputs, at, part.length);
        at += part.length;
      }
    }
    return outputs;
  }

  /** phi, added up in double precision. */
  double value() {
    float[] outputs = outputs();
    double sum = 0;
    int at = 0;
    for (float[] vector : vectors) {
      for (float v : vector) {
        sum += (double) v * outputs[at++];
      }
    }
    return sum;
  }

  /** Root of the sum of (v f)^2: what phi would be if its terms had random signs. */
  double magnitude() {
    float[] outputs = outputs();
    double sum = 0;
    int at = 0;
    for (float[] vector : vectors) {
      for (float v : vector) {
        double term = (double) v * outputs[at++];
        sum += term * term;
      }
    }
    return Math.sqrt(sum);
  }

  /** The gradient of phi, one array a parameter. */
  List<float[]> gradients() {
    List<float[]> sum = List.of();
    for (int i = 0; i < batches.size(); i++) {
      try (ForwardPass pass = model.forward(batches.get(i))) {
        sum = plus(sum, pass.gradients(vectors.get(i)));
      }
    }
    return sum;
  }

  /** Of the first pass: the sum of G^2 over each unit, one array a parameter. */
  List<float[]> squaredGradients() {
    try (ForwardPass pass = model.forward(batches.get(0))) {
      return pass.backward(vectors.get(0)).stream().map(UnitSums::squaredGradient).toList();
    }
  }

  private static List<float[]> plus(List<float[]> sum, List<float[]> more) {
    for (int i = 0; i < sum.size(); i++) {
      float[] a = sum.get(i);
      float[] b = more.get(i);
      for (int at = 0; at < a.length; at++) {
        b[at] += a[at];
      }
    }
    return more;
  }
}
