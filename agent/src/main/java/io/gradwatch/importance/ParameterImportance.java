package io.gradwatch.importance;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/**
 * The importance of every single parameter, at full resolution: the diagonal of the Fisher
 * information and the Taylor importance, both as means over samples.
 *
 * <pre>
 * fisher  = mean over samples of E[g^2], all labels in expectation
 * taylor  = w^2 fisher
 * </pre>
 *
 * <p>The diagonal Fisher is what elastic weight consolidation takes (Kirkpatrick et al. 2017, arXiv
 * 1612.00796). Memory is about 24 bytes a parameter, whatever the number of samples.
 *
 * <p>One sample a pass, with random signs of the outputs: unbiased a parameter, but with the noise
 * of one draw a sample, so that a parameter's relative standard error is about sqrt(2 / samples)
 * where its samples are alike, more where they are not. Groups, units and large numbers of
 * parameters are far better known than any single one.
 *
 * @param model the file that was differentiated
 * @param samples rows that it is made of
 * @param tensors in the module's order
 */
public record ParameterImportance(ModelVersion model, int samples, List<OfTensor> tensors) {
  /** Elements of a Java array; gradients come as one. */
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  /** Other signs than those of windows. */
  private static final long SALT = 0x2545f4914f6cdd1dL;

  public ParameterImportance {
    tensors = List.copyOf(tensors);
  }

  /**
   * The numbers of one tensor, row-major.
   *
   * @param parameter its name and shape
   * @param fisher at least 0
   * @param taylor at least 0
   */
  @SuppressWarnings("ArrayRecordComponent") // one number a parameter; never compared
  public record OfTensor(Parameter parameter, float[] fisher, float[] taylor) {}

  /**
   * Runs a pass a sample, on the thread of the model's device. The same model and samples give the
   * same numbers.
   *
   * @param settings task, outputs and the scale of a regression's outputs, settled
   * @param samples at least one
   * @param progress told how many samples are done, after each
   * @throws ModelFailureException if the device fails, the samples do not fit, or a gradient
   *     overflows
   */
  public static ParameterImportance over(
      DifferentiableModel model,
      ImportanceSettings settings,
      List<InferenceSample> samples,
      IntConsumer progress) {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("there are no samples");
    }
    List<Parameter> parameters = model.parameters();
    long scalars = parameters.stream().mapToLong(Parameter::elements).sum();
    if (scalars > LARGEST) {
      throw new ModelFailureException(
          Reason.LOAD,
          "%s has %d parameters, the importance of each can be computed of at most %d"
              .formatted(model.version(), scalars, LARGEST));
    }
    List<double[]> sums = new ArrayList<>();
    parameters.forEach(p -> sums.add(new double[Math.toIntExact(p.elements())]));
    SplittableRandom signs = new SplittableRandom(OnePass.seed(model.version(), 0) ^ SALT);
    model.batching(samples);
    for (int n = 0; n < samples.size(); n++) {
      add(model, settings, samples.get(n), signs, sums);
      progress.accept(n + 1);
    }
    List<OfTensor> tensors = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      tensors.add(tensor(parameters.get(i), sums.get(i), model.weights(i), samples.size()));
    }
    return new ParameterImportance(model.version(), samples.size(), tensors);
  }

  private static void add(
      DifferentiableModel model,
      ImportanceSettings settings,
      InferenceSample sample,
      SplittableRandom signs,
      List<double[]> sums) {
    List<InferenceSample> one = List.of(sample);
    try (ForwardPass pass = model.forward(one)) {
      float[] outputs = pass.outputs();
      OutputCheck.requireFit(settings.task(), one, pass, outputs);
      float[] vector = OutputVector.labelFree(settings, outputs, pass.columns(), signs);
      List<float[]> gradients = pass.gradients(vector);
      for (int i = 0; i < sums.size(); i++) {
        double[] sum = sums.get(i);
        float[] gradient = gradients.get(i);
        for (int at = 0; at < sum.length; at++) {
          sum[at] += (double) gradient[at] * gradient[at];
        }
      }
    }
  }

  private static OfTensor tensor(Parameter parameter, double[] sums, float[] weights, int samples) {
    float[] fisher = new float[sums.length];
    float[] taylor = new float[sums.length];
    for (int at = 0; at < sums.length; at++) {
      double mean = sums[at] / samples;
      fisher[at] = (float) mean;
      taylor[at] = (float) (mean * weights[at] * weights[at]);
      if (!Float.isFinite(fisher[at]) || !Float.isFinite(taylor[at])) {
        throw new ModelFailureException(
            Reason.DEVICE,
            "the importance of %s[%d] is not finite: a gradient overflows; run the model in FP32"
                .formatted(parameter.name(), at));
      }
    }
    return new OfTensor(parameter, fisher, taylor);
  }

  /** Scalars of all tensors. */
  public long scalars() {
    return tensors.stream().mapToLong(tensor -> tensor.parameter().elements()).sum();
  }
}
