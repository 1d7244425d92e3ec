package io.gradwatch.sample.payload;

import io.gradwatch.sample.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request, a response, or both joined, whatever the format was.
 *
 * @param id of the request, if the message has one
 * @param modelVersion that served it, if the message names it
 * @param label the true answer, if the message has it
 * @param parameters what it says beside its tensors, by name
 * @param inputs none in a response on its own
 * @param table the columns of a table among the inputs, which together are one input; null if the
 *     inputs are tensors of their own
 * @param ordered whether the order of inputs or columns says anything; objects in JSON have none
 * @param outputs what the deployed model answered
 */
record InferenceMessage(
    @Nullable String id,
    @Nullable String modelVersion,
    @Nullable List<Double> label,
    Map<String, String> parameters,
    List<PayloadTensor> inputs,
    @Nullable Table table,
    boolean ordered,
    List<PayloadTensor> outputs) {
  private static final int LONGEST_LINE = 300;

  InferenceMessage {
    parameters = Map.copyOf(parameters);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Tensors without anything beside them. */
  static InferenceMessage of(List<PayloadTensor> inputs, boolean ordered) {
    return new InferenceMessage(null, null, null, Map.of(), inputs, null, ordered, List.of());
  }

  /** A table without anything beside it. */
  static InferenceMessage of(Table table, boolean ordered) {
    return new InferenceMessage(null, null, null, Map.of(), List.of(), table, ordered, List.of());
  }

  /** A response on its own. */
  static InferenceMessage response(List<PayloadTensor> outputs) {
    return new InferenceMessage(null, null, null, Map.of(), List.of(), null, true, outputs);
  }

  /** Whether there is nothing that the model was asked. */
  boolean isResponse() {
    return inputs.isEmpty() && table == null;
  }

  /** The same with what lies beside its tensors. */
  InferenceMessage with(
      @Nullable String otherId,
      @Nullable List<Double> otherLabel,
      Map<String, String> otherParameters) {
    return new InferenceMessage(
        otherId, modelVersion, otherLabel, otherParameters, inputs, table, ordered, outputs);
  }

  /** The same with what the deployed model answered. */
  InferenceMessage answered(List<PayloadTensor> answers) {
    return new InferenceMessage(
        id, modelVersion, label, parameters, inputs, table, ordered, answers);
  }

  /** The tensor or column of a name; null if there is none. */
  @Nullable PayloadTensor find(String name) {
    for (PayloadTensor input : inputs) {
      if (input.name().equals(name)) {
        return input;
      }
    }
    return table == null ? null : table.column(name);
  }

  /** Its inputs in one line: {@code x FP32 [1, 64]}, or the columns of a table. */
  String describe() {
    List<String> parts = new ArrayList<>();
    for (PayloadTensor input : inputs) {
      String kind =
          input instanceof BatchTensor tensor
              ? (tensor.declared() ? tensor.type() + " " : "") + tensor.shape()
              : "(no numbers)";
      parts.add(Json.brief(input.name()) + " " + kind);
    }
    if (table != null) {
      parts.add("%d rows of the columns %s".formatted(table.rows(), table.columns()));
    }
    String line = String.join(", ", parts);
    return line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "..." : line;
  }

  /** The names of all tensors and columns, in the order of the payload. */
  List<String> names() {
    List<String> names = new ArrayList<>(inputs.stream().map(PayloadTensor::name).toList());
    if (table != null) {
      names.addAll(table.columns());
    }
    return names;
  }
}
