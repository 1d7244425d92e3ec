package io.gradwatch.importance.device;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.sample.DataType;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Collectors;

/** Samples as the model takes them: one array an input. */
final class InputBatch {
  private InputBatch() {}

  /**
   * Stacks samples of equal input types and shapes.
   *
   * @param batched whether the batch becomes dimension 0; else there is one sample, taken as it is
   * @param scope owns the arrays
   * @return one array an input, of shape [samples, ...], or of the sample's own
   * @throws ModelFailureException if the samples differ in number, type or shape of their inputs
   */
  static NDList stack(List<InferenceSample> samples, boolean batched, NDManager scope) {
    List<Tensor> first = samples.get(0).inputs();
    NDList arrays = new NDList(first.size());
    for (int input = 0; input < first.size(); input++) {
      arrays.add(stack(samples, input, batched, scope));
    }
    return arrays;
  }

  /** What one sample consists of, for messages: {@code x FP32 [1, 8, 8], y INT64 []}. */
  static String describe(InferenceSample sample) {
    return sample.inputs().stream()
        .map(t -> t.name() + " " + t.type() + " " + t.shape())
        .collect(Collectors.joining(", "));
  }

  private static NDArray stack(
      List<InferenceSample> samples, int input, boolean batched, NDManager scope) {
    InferenceSample first = samples.get(0);
    Tensor model = first.inputs().get(input);
    int bytes = Math.multiplyExact(samples.size(), model.data().remaining());
    ByteBuffer batch = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    for (InferenceSample sample : samples) {
      requireAlike(first, sample);
      batch.put(sample.inputs().get(input).data());
    }
    Shape one = new Shape(model.shape());
    Shape shape = batched ? new Shape(samples.size()).addAll(one) : one;
    return scope.create(batch.flip(), shape, type(model.type()));
  }

  private static void requireAlike(InferenceSample a, InferenceSample b) {
    boolean alike = a.inputs().size() == b.inputs().size();
    for (int i = 0; alike && i < a.inputs().size(); i++) {
      Tensor x = a.inputs().get(i);
      Tensor y = b.inputs().get(i);
      alike = x.type() == y.type() && x.shape().equals(y.shape());
    }
    if (!alike) {
      throw new ModelFailureException(
          Reason.INPUTS,
          "samples of one micro-batch differ: %s and %s".formatted(describe(a), describe(b)));
    }
  }

  private static ai.djl.ndarray.types.DataType type(DataType type) {
    return switch (type) {
      case BOOL -> ai.djl.ndarray.types.DataType.BOOLEAN;
      case UINT8 -> ai.djl.ndarray.types.DataType.UINT8;
      case INT8 -> ai.djl.ndarray.types.DataType.INT8;
      case INT32 -> ai.djl.ndarray.types.DataType.INT32;
      case INT64 -> ai.djl.ndarray.types.DataType.INT64;
      case FP16 -> ai.djl.ndarray.types.DataType.FLOAT16;
      case FP32 -> ai.djl.ndarray.types.DataType.FLOAT32;
      case FP64 -> ai.djl.ndarray.types.DataType.FLOAT64;
    };
  }
}
