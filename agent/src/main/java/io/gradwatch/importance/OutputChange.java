package io.gradwatch.importance;

import static io.gradwatch.importance.PredictiveDistribution.SMALLEST_PROBABILITY;

import java.util.List;

/**
 * How far a sample's prediction moves when the model is changed, in nats.
 *
 * <pre>
 * classification      KL(p || q) = sum(p log(p / q)), p of the original and q of the changed model
 * binary, multilabel  sum over outputs of KL(Bernoulli p || Bernoulli q)
 * regression          sum over outputs of (f - f')^2 / (2 sigma^2)
 * </pre>
 *
 * <p>which is at least 0 and for regression the KL of two Gaussians. With labels it is the loss of
 * the changed model less that of the original one, and so negative where the change helps; the
 * losses are the negative log-likelihoods that {@link OutputVector} differentiates.
 *
 * <p>Probabilities below 1e-7 count as 1e-7, so that one certain sample that turns round costs 16.1
 * nats at most and the number does not depend on the kind of output. A changed model may overflow:
 * an answer with an output that is not finite (a sample in classification, else each such output)
 * counts as these 16.1 nats of cost, in every task, so that what breaks the model ranks as
 * important. Pure functions.
 */
final class OutputChange {
  /** What an answer costs that the model held for impossible, or that is no number. */
  static final double WORST = -Math.log(SMALLEST_PROBABILITY);

  private OutputChange() {}

  /**
   * The divergence of one sample's predictions.
   *
   * @param before outputs of the original model, finite
   * @param after outputs of the changed one
   */
  static double divergence(ImportanceSettings settings, double[] before, double[] after) {
    OutputKind kind = settings.outputs();
    return switch (settings.task()) {
      case CLASSIFICATION ->
          finite(after)
              ? divergence(
                  PredictiveDistribution.classes(kind, before),
                  PredictiveDistribution.classes(kind, after))
              : WORST;
      case BINARY, MULTILABEL -> {
        double sum = 0;
        for (int k = 0; k < before.length; k++) {
          sum += Double.isFinite(after[k]) ? bernoulli(kind, before[k], after[k]) : WORST;
        }
        yield sum;
      }
      case REGRESSION -> squares(settings, before, after);
    };
  }

  /**
   * The loss of one sample on its label.
   *
   * @param f outputs
   * @param label that {@link Labels#fit fits}
   */
  static double loss(ImportanceSettings settings, double[] f, List<Double> label) {
    OutputKind kind = settings.outputs();
    return switch (settings.task()) {
      case CLASSIFICATION ->
          finite(f)
              ? -log(PredictiveDistribution.classes(kind, f)[label.get(0).intValue()])
              : WORST;
      case BINARY, MULTILABEL -> {
        double sum = 0;
        for (int k = 0; k < f.length; k++) {
          sum += Double.isFinite(f[k]) ? loss(kind, f[k], label.get(k)) : WORST;
        }
        yield sum;
      }
      case REGRESSION ->
          squares(settings, label.stream().mapToDouble(Double::doubleValue).toArray(), f);
    };
  }

  private static double divergence(double[] p, double[] q) {
    double sum = 0;
    for (int k = 0; k < p.length; k++) {
      sum += p[k] * (log(p[k]) - log(q[k]));
    }
    // Clamped probabilities do not add up to 1, and rounding may go below 0.
    return Math.max(0, sum);
  }

  private static double bernoulli(OutputKind kind, double before, double after) {
    double p = PredictiveDistribution.bernoulli(kind, before);
    double q = PredictiveDistribution.bernoulli(kind, after);
    return divergence(new double[] {p, 1 - p}, new double[] {q, 1 - q});
  }

  private static double loss(OutputKind kind, double f, double y) {
    double p = PredictiveDistribution.bernoulli(kind, f);
    return -y * log(p) - (1 - y) * log(1 - p);
  }

  private static double squares(ImportanceSettings settings, double[] before, double[] after) {
    double sum = 0;
    for (int k = 0; k < before.length; k++) {
      double off =
          (after[k] - before[k]) / PredictiveDistribution.deviation(settings, k, before.length);
      sum += Double.isFinite(after[k]) ? off * off / 2 : WORST;
    }
    return sum;
  }

  private static boolean finite(double[] f) {
    for (double value : f) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static double log(double p) {
    return Math.log(Math.max(p, SMALLEST_PROBABILITY));
  }
}
