package io.gradwatch.importance;

import io.gradwatch.importance.ModelFailureException.Reason;
import java.util.List;

/** The predictive distribution that a model's outputs stand for. Pure functions. */
final class PredictiveDistribution {
  /** Below it a probability is float rounding, and one over it would drown all other samples. */
  static final double SMALLEST_PROBABILITY = 1e-7;

  private PredictiveDistribution() {}

  /** The probability of each class. */
  static double[] classes(OutputKind kind, double[] f) {
    return switch (kind) {
      case LOGITS -> softmax(f);
      case LOG_PROBABILITIES -> {
        double[] p = new double[f.length];
        for (int k = 0; k < f.length; k++) {
          p[k] = Math.exp(f[k]);
        }
        yield p;
      }
      case PROBABILITIES -> f.clone();
    };
  }

  /** The probability of yes. */
  static double bernoulli(OutputKind kind, double f) {
    return switch (kind) {
      case LOGITS -> 1 / (1 + Math.exp(-f));
      case LOG_PROBABILITIES -> Math.exp(f);
      case PROBABILITIES -> f;
    };
  }

  /**
   * The standard deviation of one output of a regression.
   *
   * @throws ModelFailureException if as many are set as the model has not
   */
  static double deviation(ImportanceSettings settings, int output, int outputs) {
    List<Double> deviations = settings.outputDeviations();
    if (deviations.isEmpty()) {
      return 1;
    }
    if (deviations.size() != outputs) {
      throw new ModelFailureException(
          Reason.OUTPUT,
          "%d output deviations are set, the model has %d outputs"
              .formatted(deviations.size(), outputs));
    }
    return deviations.get(output);
  }

  /** One sample's outputs out of those of a micro-batch. */
  static double[] row(float[] outputs, int sample, int columns) {
    double[] row = new double[columns];
    for (int k = 0; k < columns; k++) {
      row[k] = outputs[sample * columns + k];
    }
    return row;
  }

  private static double[] softmax(double[] f) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : f) {
      max = Math.max(max, value);
    }
    double[] p = new double[f.length];
    double sum = 0;
    for (int k = 0; k < f.length; k++) {
      p[k] = Math.exp(f[k] - max);
      sum += p[k];
    }
    for (int k = 0; k < f.length; k++) {
      p[k] /= sum;
    }
    return p;
  }
}
