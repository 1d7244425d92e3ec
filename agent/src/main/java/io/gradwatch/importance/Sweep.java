package io.gradwatch.importance;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.DifferentiableModel.UnitSums;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.List;

/**
 * What one walk over samples adds up: a forward and a backward pass a micro-batch, the sums of all
 * methods from the same gradients.
 *
 * @param columns output values a sample
 * @param sizes samples in each micro-batch
 * @param groups one a parameter tensor, in the module's order
 */
@SuppressWarnings("ArrayRecordComponent") // made once a window and never compared
record Sweep(int columns, int[] sizes, List<Sums> groups) {
  /** Chooses the vector of a micro-batch, see {@link OutputVector}, from its outputs. */
  @FunctionalInterface
  interface Start {
    float[] vector(float[] outputs, int columns, List<InferenceSample> samples);
  }

  /** The sums of one group; gradient follows from fisher. */
  record Sums(Parameter parameter, GroupSum fisher, GroupSum taylor, GroupSum unitTaylor) {
    static Sums of(Parameter parameter, int batches) {
      int units = parameter.units();
      return new Sums(
          parameter,
          new GroupSum(batches, units),
          new GroupSum(batches, units),
          new GroupSum(batches, units));
    }

    void add(UnitSums sums) {
      fisher.add(sums.squaredGradient());
      taylor.add(sums.squaredProduct());
      unitTaylor.addSquares(sums.product());
    }
  }

  /**
   * Walks over the samples.
   *
   * @param samples at least one, in priority order
   * @throws ModelFailureException if the model refuses them, or its outputs do not fit the task
   */
  static Sweep over(
      DifferentiableModel model,
      ImportanceSettings settings,
      List<InferenceSample> samples,
      Start start) {
    List<List<InferenceSample>> batches = MicroBatches.cut(samples, settings.microBatch());
    List<Sums> groups = new ArrayList<>();
    model.parameters().forEach(parameter -> groups.add(Sums.of(parameter, batches.size())));
    int columns = 0;
    for (List<InferenceSample> batch : batches) {
      try (ForwardPass pass = model.forward(batch)) {
        float[] outputs = pass.outputs();
        OutputCheck.requireFit(settings.task(), batch, pass, outputs);
        columns = pass.columns();
        List<UnitSums> sums = pass.backward(start.vector(outputs, columns, batch));
        for (int group = 0; group < groups.size(); group++) {
          groups.get(group).add(sums.get(group));
        }
      }
    }
    return new Sweep(columns, batches.stream().mapToInt(List::size).toArray(), groups);
  }
}
