package io.gradwatch.importance;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.DifferentiableModel.UnitSums;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.sample.InferenceSample;
import java.util.Arrays;
import java.util.List;

/** Whether a model's numbers can be trusted, found out before the first of them is published. */
final class Preflight {
  /** What the order of additions on a GPU may change, relative to the largest value. */
  private static final double TOLERANCE = 1e-3;

  /** Outputs and squared gradients of one pass. */
  @SuppressWarnings("ArrayRecordComponent") // lives for one comparison
  private record Pass(float[] outputs, List<UnitSums> sums) {}

  private Preflight() {}

  /**
   * Runs the first micro-batch twice, with a vector of ones, and demands the same outputs and
   * gradients: they differ when dropout or noise is active in spite of evaluation mode, or when a
   * pass changes the model's state.
   *
   * @param samples at least one
   * @throws ModelFailureException with {@link Reason#UNTRUSTED} if they differ
   */
  static void requireRepeatable(
      DifferentiableModel model, ImportanceSettings settings, List<InferenceSample> samples) {
    List<InferenceSample> first = MicroBatches.cut(samples, settings.microBatch()).get(0);
    Pass before = pass(model, first);
    Pass after = pass(model, first);
    require(alike(before.outputs(), after.outputs()), model, "outputs");
    for (int i = 0; i < before.sums().size(); i++) {
      require(
          alike(before.sums().get(i).squaredGradient(), after.sums().get(i).squaredGradient()),
          model,
          "gradients of " + model.parameters().get(i).name());
    }
  }

  private static Pass pass(DifferentiableModel model, List<InferenceSample> samples) {
    try (ForwardPass pass = model.forward(samples)) {
      float[] outputs = pass.outputs();
      float[] ones = new float[outputs.length];
      Arrays.fill(ones, 1);
      return new Pass(outputs, pass.backward(ones));
    }
  }

  private static boolean alike(float[] a, float[] b) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i]));
      difference = Math.max(difference, Math.abs((double) a[i] - b[i]));
    }
    // NaN is not this check's business.
    return !(difference > TOLERANCE * largest);
  }

  private static void require(boolean alike, DifferentiableModel model, String what) {
    if (!alike) {
      throw new ModelFailureException(
          Reason.UNTRUSTED,
          ("two passes of %s over the same samples give different %s: its forward draws random numbers"
                  + " or changes its own state; save it in eval mode, with dropout tied to self.training")
              .formatted(model.version(), what));
    }
  }
}
