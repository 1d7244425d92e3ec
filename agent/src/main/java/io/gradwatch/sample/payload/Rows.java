package io.gradwatch.sample.payload;

import io.gradwatch.sample.DataType;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.MalformedSampleException;
import io.gradwatch.sample.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
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
    List<List<Tensor>> served = new ArrayList<>(message.outputs().size());
    for (PayloadTensor output : message.outputs()) {
      served.add(served(output, rows));
    }
    List<InferenceSample> samples = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      samples.add(
          new InferenceSample(
              message.id(),
              at(row, columns),
              message.label(),
              message.modelVersion(),
              at(row, served),
              message.parameters()));
    }
    return List.copyOf(samples);
  }

  /** An answer that cannot be read, or has another batch, keeps its place without elements. */
  private static List<Tensor> served(PayloadTensor output, int rows) {
    if (output instanceof BatchTensor answer && answer.rows() == rows) {
      return answer.split();
    }
    Tensor unread = new Tensor(output.name(), DataType.FP32, List.of(0L), ByteBuffer.allocate(0));
    return Collections.nCopies(rows, unread);
  }

  private static List<Tensor> at(int row, List<List<Tensor>> columns) {
    Tensor[] tensors = new Tensor[columns.size()];
    for (int i = 0; i < tensors.length; i++) {
      tensors[i] = columns.get(i).get(row);
    }
    return List.of(tensors);
  }
}
