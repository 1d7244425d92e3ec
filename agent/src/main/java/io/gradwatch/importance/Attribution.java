package io.gradwatch.importance;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which input features a prediction hangs on: the mean over samples of |x df_c/dx|, a feature.
 *
 * <p>f_c is the predicted class's output; with multilabel the likeliest label's, with binary the
 * only one, with regression the sum of all outputs, each over its standard deviation. Groups are
 * the floating-point inputs, units their features in row-major order.
 *
 * <p>Features are told apart by their place, so that samples of one shape are needed: only those of
 * the most common input types and shapes count. Shrikumar et al. 2016 (gradient times input), arXiv
 * 1605.01713.
 */
final class Attribution {
  /** Relative; rounding gives 1e-6, a rare kink of ReLU more, a wrong kernel about 1. */
  private static final double UNLIKE = 0.05;

  private Attribution() {}

  /**
   * Measures all inputs.
   *
   * @throws ModelFailureException as {@link OwnPasses} says, and if no input takes a gradient
   */
  static Measured over(
      DifferentiableModel model,
      ImportanceSettings settings,
      List<InferenceSample> samples,
      Budget budget) {
    List<InferenceSample> alike = MicroBatches.mostCommon(samples);
    List<Tensor> inputs = alike.get(0).inputs();
    int[] floating = floating(model, inputs);
    int size = microBatch(model, settings, alike, floating);
    List<List<InferenceSample>> batches = MicroBatches.cut(alike, size);
    List<GroupSum> sums =
        Arrays.stream(floating)
            .mapToObj(
                input ->
                    new GroupSum(batches.size(), Math.toIntExact(inputs.get(input).elements())))
            .toList();
    int rows = 0;
    for (List<InferenceSample> batch : batches) {
      if (budget.spent()) {
        break;
      }
      add(model, settings, batch, floating, sums);
      rows++;
      budget.done(rows, batches.size());
    }
    budget.requireAny(rows, "a micro-batch");
    int[] sizes = batches.stream().limit(rows).mapToInt(List::size).toArray();
    int done = Arrays.stream(sizes).sum();
    List<Measured.OfGroup> groups = new ArrayList<>();
    for (int i = 0; i < floating.length; i++) {
      Tensor input = inputs.get(floating[i]);
      GroupSum sum = sums.get(i);
      int features = Math.toIntExact(input.elements());
      groups.add(
          new Measured.OfGroup(
              input.name(), features, features, sum.estimate(sizes), sum.profile(done)));
    }
    return new Measured(done, size, groups);
  }

  /** Which of the inputs take a gradient; at least one. */
  private static int[] floating(DifferentiableModel model, List<Tensor> inputs) {
    int[] floating =
        IntStream.range(0, inputs.size())
            .filter(input -> inputs.get(input).type().isFloatingPoint())
            .toArray();
    if (floating.length == 0) {
      throw new ModelFailureException(
          Reason.INPUTS,
          "attribution needs a floating-point input, %s has %s only; take another method"
              .formatted(model.version(), inputs.get(0).type()));
    }
    return floating;
  }

  /**
   * The samples of a pass: one, where a batch gives other gradients than its samples alone.
   *
   * <p>The self-check at load cannot tell, as it looks at the parameters only: in libtorch 2.7.1 on
   * AMD CPUs with AVX-512, a convolution gives right gradients of its weights and wrong ones of a
   * batch of inputs with one channel.
   */
  private static int microBatch(
      DifferentiableModel model,
      ImportanceSettings settings,
      List<InferenceSample> samples,
      int[] floating) {
    int size = Math.min(Measured.microBatch(settings), samples.size());
    List<InferenceSample> batch = samples.subList(0, size);
    List<float[]> together = gradients(model, settings, batch);
    double difference = 0;
    double magnitude = 0;
    for (int n = 0; n < size && size > 1; n++) {
      List<float[]> alone = gradients(model, settings, batch.subList(n, n + 1));
      for (int input : floating) {
        float[] gradient = alone.get(input);
        for (int i = 0; i < gradient.length; i++) {
          double unlike = gradient[i] - together.get(input)[n * gradient.length + i];
          difference += unlike * unlike;
          magnitude += (double) gradient[i] * gradient[i];
        }
      }
    }
    return difference <= UNLIKE * UNLIKE * magnitude ? size : 1;
  }

  private static void add(
      DifferentiableModel model,
      ImportanceSettings settings,
      List<InferenceSample> batch,
      int[] floating,
      List<GroupSum> sums) {
    List<float[]> gradients = gradients(model, settings, batch);
    for (int i = 0; i < floating.length; i++) {
      sums.get(i).add(products(batch, floating[i], gradients.get(floating[i])));
    }
  }

  private static List<float[]> gradients(
      DifferentiableModel model, ImportanceSettings settings, List<InferenceSample> batch) {
    try (ForwardPass pass = model.forwardFromInputs(batch)) {
      float[] outputs = pass.outputs();
      OutputCheck.requireFit(settings.task(), batch, pass, outputs);
      return pass.inputGradients(vector(settings, outputs, pass.columns()));
    }
  }

  /** The sum over the micro-batch of |x g|, a feature. */
  private static double[] products(List<InferenceSample> batch, int input, float[] gradient) {
    int features = gradient.length / batch.size();
    double[] products = new double[features];
    for (int n = 0; n < batch.size(); n++) {
      double[] x = batch.get(n).inputs().get(input).values();
      for (int i = 0; i < features; i++) {
        products[i] += Math.abs(x[i] * gradient[n * features + i]);
      }
    }
    return products;
  }

  /** What is differentiated: the predicted class of each sample. */
  static float[] vector(ImportanceSettings settings, float[] outputs, int columns) {
    float[] vector = new float[outputs.length];
    for (int n = 0; n < outputs.length / columns; n++) {
      if (settings.task() == Task.REGRESSION) {
        for (int k = 0; k < columns; k++) {
          vector[n * columns + k] =
              (float) (1 / PredictiveDistribution.deviation(settings, k, columns));
        }
      } else {
        vector[largest(outputs, n * columns, columns)] = 1;
      }
    }
    return vector;
  }

  static int largest(float[] outputs, int from, int columns) {
    int largest = from;
    for (int i = from; i < from + columns; i++) {
      largest = outputs[i] > outputs[largest] ? i : largest;
    }
    return largest;
  }
}
