package io.gradwatch.importance;

/** A model's outputs as the deployed model gives them: for instance probabilities for logits. */
final class ServedKind {
  private ServedKind() {}

  /**
   * Converts the outputs f of one sample from {@link ImportanceSettings#outputs} to {@link
   * ImportanceSettings#served}: by softmax for classification, by sigmoid for binary and
   * multilabel.
   */
  static double[] of(ImportanceSettings settings, double[] f) {
    if (settings.outputs() == settings.served()) {
      return f;
    }
    boolean log = settings.served() == OutputKind.LOG_PROBABILITIES;
    boolean softmax = settings.task() == Task.CLASSIFICATION;
    if (settings.outputs() == OutputKind.LOGITS && softmax) {
      return log ? logSoftmax(f) : PredictiveDistribution.classes(OutputKind.LOGITS, f);
    }
    double[] converted = new double[f.length];
    for (int k = 0; k < f.length; k++) {
      converted[k] =
          log ? logSigmoid(f[k]) : PredictiveDistribution.bernoulli(settings.outputs(), f[k]);
    }
    return converted;
  }

  private static double[] logSoftmax(double[] f) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : f) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (double value : f) {
      sum += Math.exp(value - max);
    }
    double[] logarithms = new double[f.length];
    for (int k = 0; k < f.length; k++) {
      logarithms[k] = f[k] - max - Math.log(sum);
    }
    return logarithms;
  }

  private static double logSigmoid(double f) {
    // Each form where its exponential cannot overflow.
    return f < 0 ? f - Math.log1p(Math.exp(f)) : -Math.log1p(Math.exp(-f));
  }
}
