package io.gradwatch.sample.payload;

import io.gradwatch.sample.InferenceResponse;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Cuts messages into samples. */
final class Rows {
  private Rows() {}

  /**
   * The rows of a message.
   *
   * @param inputs of the model, of equal batches
   */
  static List<InferenceSample> of(InferenceMessage message, List<BatchTensor> inputs)
      throws MalformedSampleException {
    int rows = inputs.get(0).rows();
    if (message.label() != null && rows > 1) {
      throw new MalformedSampleException(
          "parameters.label: one label for %d rows; expected a request of one row".formatted(rows));
    }
    List<List<Tensor>> columns = new ArrayList<>(inputs.size());
    for (BatchTensor input : inputs) {
      columns.add(input.split());
    }
    InferenceResponse served = response(message);
    List<InferenceSample> samples = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      samples.add(
          new InferenceSample(
              message.id(),
              at(row, columns),
              message.label(),
              message.modelVersion(),
              served.answer(row, rows),
              message.parameters()));
    }
    return List.copyOf(samples);
  }

  /** The outputs of a message, for whichever request they answer. */
  static InferenceResponse response(InferenceMessage message) {
    List<Tensor> outputs = new ArrayList<>(message.outputs().size());
    for (PayloadTensor output : message.outputs()) {
      outputs.add(
          output instanceof BatchTensor answer
              ? answer.whole()
              : InferenceResponse.unread(output.name()));
    }
    return new InferenceResponse(message.id(), message.modelVersion(), outputs);
  }

  private static List<Tensor> at(int row, List<List<Tensor>> columns) {
    Tensor[] tensors = new Tensor[columns.size()];
    for (int i = 0; i < tensors.length; i++) {
      tensors[i] = columns.get(i).get(row);
    }
    return List.of(tensors);
  }
}
