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
 * @param groups in the module's order
 */
@SuppressWarnings("ArrayRecordComponent") // made once a window and never compared
record Sweep(int columns, int[] sizes, List<Sums> groups) {
  /** Chooses the vector of a micro-batch, see {@link OutputVector}, from its outputs. */
  @FunctionalInterface
  interface Start {
    float[] vector(float[] outputs, int columns, List<InferenceSample> samples);
  }

  /** The sums of one group; gradient follows from fisher. */
  record Sums(Group group, GroupSum fisher, GroupSum taylor, GroupSum unitTaylor) {
    static Sums of(Group group, int batches) {
      int units = group.units();
      return new Sums(
          group,
          new GroupSum(batches, units),
          new GroupSum(batches, units),
          new GroupSum(batches, units));
    }

    void add(List<UnitSums> ofParameters) {
      fisher.add(group, index -> ofParameters.get(index).squaredGradient());
      taylor.add(group, index -> ofParameters.get(index).squaredProduct());
      unitTaylor.addSquares(group, index -> ofParameters.get(index).product());
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
    settings
        .grouping()
        .of(model.parameters())
        .forEach(group -> groups.add(Sums.of(group, batches.size())));
    int columns = 0;
    for (List<InferenceSample> batch : batches) {
      try (ForwardPass pass = model.forward(batch)) {
        float[] outputs = pass.outputs();
        OutputCheck.requireFit(settings.task(), batch, pass, outputs);
        columns = pass.columns();
        List<UnitSums> sums = pass.backward(start.vector(outputs, columns, batch));
        groups.forEach(group -> group.add(sums));
      }
    }
    return new Sweep(columns, batches.stream().mapToInt(List::size).toArray(), groups);
  }
}
