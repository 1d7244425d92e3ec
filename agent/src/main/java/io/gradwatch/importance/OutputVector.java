package io.gradwatch.importance;

import io.gradwatch.importance.ModelFailureException.Reason;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The vector v that a backward pass starts from, so that G, the gradient of the inner product of
 * the outputs f and v, has E[G^2] = the sum over samples of squared per-sample gradients.
 *
 * <p>The label-free vectors have E[v v'] = the Fisher information of the predictive distribution
 * with respect to f: all labels in expectation, none needed. With eps = +-1, independent an output:
 *
 * <pre>
 * classification  logits             v = sqrt(p) eps - p sum(sqrt(p) eps)
 *                 log-probabilities  v = sqrt(p) eps
 *                 probabilities      v = eps / sqrt(p)
 * binary,         logits             v = sqrt(p (1 - p)) eps
 * multilabel      log-probabilities  v = sqrt(p / (1 - p)) eps
 *                 probabilities      v = eps / sqrt(p (1 - p))
 * regression      values             v = eps / sigma
 * </pre>
 *
 * <p>and 0 where a probability of 0 or 1 would divide by zero. The labelled vectors are v = s
 * dloss/df with one sign s a sample, where the loss is the negative log-likelihood of the label
 * (cross-entropy, binary cross-entropy, squared error over 2 sigma^2): the empirical Fisher.
 *
 * <p>K. Sun, "Deterministic Bounds and Random Estimates of Metric Tensors on Neuromanifolds", arXiv
 * 2505.13614. Pure functions apart from the draws from {@code signs}.
 */
final class OutputVector {
  /** Below it a probability is float rounding, and one over it would drown all other samples. */
  private static final double SMALLEST_PROBABILITY = 1e-7;

  private OutputVector() {}

  /**
   * The label-free vectors of one micro-batch.
   *
   * @param outputs f, {@code columns} values a sample
   * @param signs source of eps
   * @return v, in the layout of {@code outputs}
   */
  static float[] labelFree(
      ImportanceSettings settings, float[] outputs, int columns, RandomGenerator signs) {
    float[] vector = new float[outputs.length];
    double[] eps = new double[columns];
    for (int at = 0; at < outputs.length; at += columns) {
      for (int k = 0; k < columns; k++) {
        eps[k] = sign(signs);
      }
      double[] v =
          switch (settings.task()) {
            case CLASSIFICATION ->
                classification(settings.outputs(), row(outputs, at, columns), eps);
            case BINARY, MULTILABEL ->
                bernoulli(settings.outputs(), row(outputs, at, columns), eps);
            case REGRESSION -> overDeviations(settings, eps);
          };
      put(v, vector, at);
    }
    return vector;
  }

  /**
   * The labelled vectors of one micro-batch.
   *
   * @param outputs f, {@code columns} values a sample
   * @param labels one a sample, each of which {@link Labels#fit fits}
   * @param signs source of s
   * @return v, in the layout of {@code outputs}
   */
  static float[] labelled(
      ImportanceSettings settings,
      float[] outputs,
      int columns,
      List<List<Double>> labels,
      RandomGenerator signs) {
    float[] vector = new float[outputs.length];
    for (int n = 0; n < labels.size(); n++) {
      double[] f = row(outputs, n * columns, columns);
      double[] slope = lossGradient(settings, f, labels.get(n));
      double sign = sign(signs);
      for (int k = 0; k < columns; k++) {
        slope[k] *= sign;
      }
      put(slope, vector, n * columns);
    }
    return vector;
  }

  private static double[] classification(OutputKind kind, double[] f, double[] eps) {
    double[] v = new double[f.length];
    if (kind == OutputKind.LOGITS) {
      double[] p = softmax(f);
      double sum = 0;
      for (int k = 0; k < f.length; k++) {
        v[k] = Math.sqrt(p[k]) * eps[k];
        sum += v[k];
      }
      for (int k = 0; k < f.length; k++) {
        v[k] -= p[k] * sum;
      }
      return v;
    }
    for (int k = 0; k < f.length; k++) {
      v[k] =
          kind == OutputKind.LOG_PROBABILITIES
              ? Math.exp(f[k] / 2) * eps[k]
              : inside(f[k]) ? eps[k] / Math.sqrt(f[k]) : 0;
    }
    return v;
  }

  private static double[] bernoulli(OutputKind kind, double[] f, double[] eps) {
    double[] v = new double[f.length];
    for (int k = 0; k < f.length; k++) {
      double p = probability(kind, f[k]);
      double information =
          switch (kind) {
            case LOGITS -> p * (1 - p);
            case LOG_PROBABILITIES -> inside(p) ? p / (1 - p) : 0;
            case PROBABILITIES -> inside(p) ? 1 / (p * (1 - p)) : 0;
          };
      v[k] = Math.sqrt(information) * eps[k];
    }
    return v;
  }

  private static double[] overDeviations(ImportanceSettings settings, double[] eps) {
    double[] v = new double[eps.length];
    for (int k = 0; k < eps.length; k++) {
      v[k] = eps[k] / deviation(settings, k, eps.length);
    }
    return v;
  }

  private static double[] lossGradient(ImportanceSettings settings, double[] f, List<Double> y) {
    OutputKind kind = settings.outputs();
    double[] slope = new double[f.length];
    switch (settings.task()) {
      case CLASSIFICATION -> {
        int label = y.get(0).intValue();
        if (kind == OutputKind.LOGITS) {
          slope = softmax(f);
          slope[label] -= 1;
        } else {
          slope[label] =
              kind == OutputKind.LOG_PROBABILITIES
                  ? -1
                  : -1 / Math.max(f[label], SMALLEST_PROBABILITY);
        }
      }
      case BINARY, MULTILABEL -> {
        for (int k = 0; k < f.length; k++) {
          slope[k] = bernoulliSlope(kind, probability(kind, f[k]), y.get(k));
        }
      }
      case REGRESSION -> {
        for (int k = 0; k < f.length; k++) {
          double sigma = deviation(settings, k, f.length);
          slope[k] = (f[k] - y.get(k)) / (sigma * sigma);
        }
      }
    }
    return slope;
  }

  private static double bernoulliSlope(OutputKind kind, double p, double y) {
    double no = Math.max(1 - p, SMALLEST_PROBABILITY);
    return switch (kind) {
      case LOGITS -> p - y;
      case LOG_PROBABILITIES -> (1 - y) * p / no - y;
      case PROBABILITIES -> (1 - y) / no - y / Math.max(p, SMALLEST_PROBABILITY);
    };
  }

  private static double deviation(ImportanceSettings settings, int output, int outputs) {
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

  static double probability(OutputKind kind, double f) {
    return switch (kind) {
      case LOGITS -> 1 / (1 + Math.exp(-f));
      case LOG_PROBABILITIES -> Math.exp(f);
      case PROBABILITIES -> f;
    };
  }

  static double[] softmax(double[] f) {
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

  private static boolean inside(double p) {
    return p > 0 && p < 1;
  }

  private static double sign(RandomGenerator signs) {
    return signs.nextBoolean() ? 1 : -1;
  }

  private static double[] row(float[] values, int at, int columns) {
    double[] row = new double[columns];
    for (int k = 0; k < columns; k++) {
      row[k] = values[at + k];
    }
    return row;
  }

  private static void put(double[] row, float[] values, int at) {
    for (int k = 0; k < row.length; k++) {
      values[at + k] = (float) row[k];
    }
  }
}
