package io.gradwatch.sample;

import java.util.List;
import java.util.Map;
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
 * @param parameters what the request says beside its inputs, by name: text as it is, numbers and
 *     truth values as they are written
 */
public record InferenceSample(
    @Nullable String id,
    List<Tensor> inputs,
    @Nullable List<Double> label,
    @Nullable String modelVersion,
    List<Tensor> served,
    Map<String, String> parameters) {
  public InferenceSample {
    inputs = List.copyOf(inputs);
    label = label == null ? null : List.copyOf(label);
    served = List.copyOf(served);
    parameters = Map.copyOf(parameters);
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("a sample needs at least one input");
    }
  }

  /** Without the deployed model's answer and without parameters. */
  public InferenceSample(
      @Nullable String id,
      List<Tensor> inputs,
      @Nullable List<Double> label,
      @Nullable String modelVersion) {
    this(id, inputs, label, modelVersion, List.of(), Map.of());
  }

  /** The same with a label that came by another way. */
  public InferenceSample withLabel(List<Double> other) {
    return new InferenceSample(id, inputs, other, modelVersion, served, parameters);
  }

  /** The same under the id that requests, responses and labels are joined by. */
  public InferenceSample withId(@Nullable String other) {
    return new InferenceSample(other, inputs, label, modelVersion, served, parameters);
  }

  /**
   * The same with the answer of the deployed model, which came in a record of its own.
   *
   * @param answer one tensor an output
   * @param version that answered, if the response names it; what the request names goes before
   */
  public InferenceSample withServed(List<Tensor> answer, @Nullable String version) {
    String served = modelVersion == null ? version : modelVersion;
    return new InferenceSample(id, inputs, label, served, answer, parameters);
  }

  /**
   * The served output of a name: under which it was sent, also as Triton's {@code OUTPUT__name}; or
   * at that place, counted from 0; or the only one there is.
   *
   * @return null if the payload carries no such answer
   */
  public @Nullable Tensor served(String output) {
    for (Tensor tensor : served) {
      if (tensor.name().equals(output) || tensor.name().equals("OUTPUT__" + output)) {
        return tensor;
      }
    }
    boolean number = output.chars().allMatch(Character::isDigit) && output.length() < 9;
    if (number && Integer.parseInt(output) < served.size()) {
      return served.get(Integer.parseInt(output));
    }
    return served.size() == 1 ? served.get(0) : null;
  }
}
