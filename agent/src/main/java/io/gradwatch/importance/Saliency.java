package io.gradwatch.importance;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.sample.InferenceSample;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one sample's prediction hangs on: the gradient of the predicted class's output with respect
 * to its inputs.
 *
 * <p>Which output that is, {@link Attribution} says; this is the same gradient of one sample, not
 * multiplied with the input, so that it also shows what would matter where the input is 0. It tells
 * where a small change would change the output, not what made the model decide. Simonyan et al.
 * 2014, arXiv 1312.6034.
 *
 * @param output the predicted class or label, from 0; 0 with one output; -1 with a regression of
 *     several, whose outputs are summed up
 * @param value of that output
 * @param gradients one entry an input, row-major; empty for an input that takes none because it
 *     holds no floating-point numbers
 */
public record Saliency(int output, double value, List<float[]> gradients) {
  public Saliency {
    gradients = List.copyOf(gradients);
  }

  /**
   * Runs one sample forward and backward. For the thread of the model's device.
   *
   * @throws ModelFailureException if the model or its outputs do not allow it, or no input takes a
   *     gradient
   */
  public static Saliency of(
      DifferentiableModel model, ImportanceSettings settings, InferenceSample sample) {
    if (sample.inputs().stream().noneMatch(input -> input.type().isFloatingPoint())) {
      throw new ModelFailureException(
          Reason.INPUTS,
          "a saliency needs a floating-point input, %s has %s only"
              .formatted(model.version(), sample.inputs().get(0).type()));
    }
    List<InferenceSample> alone = List.of(sample);
    try (ForwardPass pass = model.forwardFromInputs(alone)) {
      float[] outputs = pass.outputs();
      OutputCheck.requireFit(settings.task(), alone, pass, outputs);
      float[] vector = Attribution.vector(settings, outputs, pass.columns());
      boolean sum = settings.task() == Task.REGRESSION && pass.columns() > 1;
      int output = sum ? -1 : Attribution.largest(outputs, 0, pass.columns());
      return new Saliency(
          output, sum ? product(vector, outputs) : outputs[output], pass.inputGradients(vector));
    }
  }

  /** The largest absolute gradient of an input; 0 where it takes none. */
  public double limit(int input) {
    float[] gradient = gradients.get(input);
    return IntStream.range(0, gradient.length)
        .mapToDouble(i -> Math.abs(gradient[i]))
        .max()
        .orElse(0);
  }

  private static double product(float[] vector, float[] outputs) {
    double[] products = new double[outputs.length];
    Arrays.setAll(products, i -> vector[i] * outputs[i]);
    return Arrays.stream(products).sum();
  }
}
