package io.gradwatch.importance;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.DifferentiableModel.Replacement;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.sample.InferenceSample;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a micro-batch's outputs would be with other weights, against what they are.
 *
 * @param before outputs of the original model
 * @param columns output values a sample
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one micro-batch, never compared
record Counterfactual(
    DifferentiableModel model,
    ImportanceSettings settings,
    List<InferenceSample> samples,
    float[] before,
    int columns) {

  /**
   * Runs the original model.
   *
   * @param samples of equal input types and shapes; where the change of the loss is asked for, each
   *     with a label that fits
   * @throws ModelFailureException if the outputs do not fit the task
   */
  static Counterfactual of(
      DifferentiableModel model, ImportanceSettings settings, List<InferenceSample> samples) {
    try (ForwardPass pass = model.forward(samples)) {
      float[] outputs = pass.outputs();
      OutputCheck.requireFit(settings.task(), samples, pass, outputs);
      return new Counterfactual(model, settings, samples, outputs, pass.columns());
    }
  }

  /**
   * The sum over the samples of {@link OutputChange}.
   *
   * @param values other values for some parameters, see {@link DifferentiableModel#replace}
   */
  double change(Map<Integer, float[]> values) {
    float[] after = outputs(values);
    double sum = 0;
    for (int n = 0; n < samples.size(); n++) {
      sum += change(n, PredictiveDistribution.row(after, n, columns));
    }
    return sum;
  }

  private float[] outputs(Map<Integer, float[]> values) {
    Replacement replacement = model.replace(values);
    try (ForwardPass pass = model.forward(samples)) {
      return pass.outputs();
    } finally {
      replacement.close();
    }
  }

  private double change(int sample, double[] changed) {
    double[] original = PredictiveDistribution.row(before, sample, columns);
    if (!settings.labelled()) {
      return OutputChange.divergence(settings, original, changed);
    }
    List<Double> label = Objects.requireNonNull(samples.get(sample).label());
    return OutputChange.loss(settings, changed, label)
        - OutputChange.loss(settings, original, label);
  }

  /**
   * The samples that the change can be measured on: all of them, or those with a label that fits.
   *
   * @throws ModelFailureException if there are none
   */
  static List<InferenceSample> usable(
      DifferentiableModel model, ImportanceSettings settings, List<InferenceSample> samples) {
    if (!settings.labelled()) {
      return samples;
    }
    int columns = of(model, settings, samples.subList(0, 1)).columns();
    List<InferenceSample> labelled =
        samples.stream().filter(s -> Labels.fit(settings.task(), s.label(), columns)).toList();
    if (labelled.isEmpty()) {
      throw new ModelFailureException(
          Reason.INPUTS,
          "none of %d samples has a label that fits task %s and %d outputs; send labels or leave out labelled"
              .formatted(samples.size(), settings.task().label(), columns));
    }
    return labelled;
  }
}
