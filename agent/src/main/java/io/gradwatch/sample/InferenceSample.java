package io.gradwatch.sample;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of production traffic: what the deployed model was asked, and what is known of the
 * answer.
 *
 * @param id the sender's id of the request, if it sent one
 * @param inputs the model's inputs in the order of the payload, without batch dimension; at least
 *     one
 * @param label the true answer, if the payload carries it: the class index for classification, 0 or
 *     1 an output for binary and multilabel, the target values for regression
 * @param modelVersion the version that served the request, if the payload names it
 * @param served what the deployed model answered, one tensor an output in the order of the payload,
 *     without batch dimension; a tensor without elements keeps the place of an output that could
 *     not be read; empty if the payload carries no answer
 */
public record InferenceSample(
    @Nullable String id,
    List<Tensor> inputs,
    @Nullable List<Double> label,
    @Nullable String modelVersion,
    List<Tensor> served) {
  public InferenceSample {
    inputs = List.copyOf(inputs);
    label = label == null ? null : List.copyOf(label);
    served = List.copyOf(served);
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("a sample needs at least one input");
    }
  }

  /** Without the deployed model's answer. */
  public InferenceSample(
      @Nullable String id,
      List<Tensor> inputs,
      @Nullable List<Double> label,
      @Nullable String modelVersion) {
    this(id, inputs, label, modelVersion, List.of());
  }
}
