package io.gradwatch.sample;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the deployed model answered, in a record of its own.
 *
 * @param id of the request, if the response has it
 * @param modelVersion that answered, if the response names it
 * @param outputs in the order of the payload, each with its batch dimension first; without elements
 *     where one could not be read
 */
public record InferenceResponse(
    @Nullable String id, @Nullable String modelVersion, List<Tensor> outputs) {
  public InferenceResponse {
    outputs = List.copyOf(outputs);
  }

  /** What keeps the place of an output that could not be read. */
  public static Tensor unread(String name) {
    return new Tensor(name, DataType.FP32, List.of(0L), ByteBuffer.allocate(0));
  }

  /**
   * The answer to one row of the request, one tensor an output without the batch dimension. An
   * output that could not be read, or that has another batch than the request, keeps its place
   * without elements.
   *
   * @param row from 0
   * @param rows of the request
   */
  public List<Tensor> answer(int row, int rows) {
    if (outputs.isEmpty()) {
      return List.of(); // for most requests, and each of their rows
    }
    return outputs.stream().map(output -> answer(output, row, rows)).toList();
  }

  private static Tensor answer(Tensor output, int row, int rows) {
    List<Long> shape = output.shape();
    if (shape.isEmpty() || shape.get(0) != rows) {
      return unread(output.name());
    }
    ByteBuffer data = output.data();
    int bytes = data.remaining() / rows;
    return new Tensor(
        output.name(),
        output.type(),
        shape.subList(1, shape.size()),
        data.slice(data.position() + row * bytes, bytes));
  }
}
