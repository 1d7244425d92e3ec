package io.gradwatch.importance;

import java.util.List;
import java.util.Set;

/**
 * What is computed of a window.
 *
 * @param task what the model predicts
 * @param outputs what its outputs are; regression has only {@link OutputKind#LOGITS}, meaning plain
 *     values
 * @param methods at least one
 * @param microBatch samples a pass (b), 1 to 4096; 1 is exact a sample, more is faster and noisier
 * @param labelled whether the labelled variants are computed as well, from the samples that carry a
 *     label
 * @param outputDeviations standard deviation of each output, for regression; empty means 1 for all
 */
public record ImportanceSettings(
    Task task,
    OutputKind outputs,
    Set<ImportanceMethod> methods,
    int microBatch,
    boolean labelled,
    List<Double> outputDeviations) {
  public ImportanceSettings {
    methods = Set.copyOf(methods);
    outputDeviations = List.copyOf(outputDeviations);
    if (methods.isEmpty()) {
      throw new IllegalArgumentException("at least one method is needed");
    }
    if (microBatch < 1 || microBatch > 4096) {
      throw new IllegalArgumentException("micro-batch is " + microBatch + ", must be 1 to 4096");
    }
    if (task == Task.REGRESSION && outputs != OutputKind.LOGITS) {
      throw new IllegalArgumentException(
          "regression outputs are plain values, not " + outputs.label());
    }
  }
}
