package io.gradwatch.importance.device;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.DifferentiableModel.UnitSums;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.Parameter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * One micro-batch between its forward and its backward pass. Everything that libtorch allocates for
 * it belongs to one scope.
 */
final class TorchPass implements ForwardPass {
  private final PtNDManager scope;
  private final PtNDArray output;
  private final int rows;
  private final boolean batched;
  private final List<PtNDArray> inputs;
  private final List<Parameter> parameters;
  private final Gradients gradients;

  /**
   * @param inputs the arrays of the micro-batch
   * @param rows samples in it
   * @param batched whether the output has them as dimension 0; else it is that of one sample
   */
  TorchPass(
      PtNDManager scope,
      PtNDArray output,
      List<PtNDArray> inputs,
      int rows,
      boolean batched,
      List<Parameter> parameters,
      Gradients gradients) {
    this.scope = scope;
    this.output = output;
    this.rows = rows;
    this.batched = batched;
    this.inputs = inputs;
    this.parameters = parameters;
    this.gradients = gradients;
    Shape shape = output.getShape();
    if (batched && (shape.dimension() == 0 || shape.get(0) != rows)) {
      throw new ModelFailureException(
          Reason.OUTPUT,
          "output has shape %s for %d samples; its first dimension must be the batch"
              .formatted(shape, rows));
    }
  }

  @Override
  public float[] outputs() {
    return JniUtils.detachGradient(output).toType(DataType.FLOAT32, false).toFloatArray();
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return Math.toIntExact(output.getShape().size() / rows);
  }

  @Override
  public List<Long> shape() {
    return Arrays.stream(output.getShape().getShape()).skip(batched ? 1 : 0).boxed().toList();
  }

  @Override
  public List<UnitSums> backward(float[] vector) {
    return run(vector, v -> gradients.sums(output, v, parameters, scope));
  }

  @Override
  public List<float[]> absolute(float[] vector) {
    float[] joined = run(vector, v -> gradients.absolute(output, v, scope));
    return split(joined, parameters, Parameter::units);
  }

  @Override
  public List<float[]> gradients(float[] vector) {
    float[] joined = run(vector, v -> gradients.whole(output, v, scope));
    return split(joined, parameters, Parameter::elements);
  }

  @Override
  public List<float[]> inputGradients(float[] vector) {
    List<PtNDArray> floating = inputs.stream().filter(i -> i.getDataType().isFloating()).toList();
    float[] joined =
        floating.isEmpty()
            ? new float[0]
            : run(vector, v -> gradients.ofInputs(output, v, floating, scope));
    return split(
        joined, inputs, input -> input.getDataType().isFloating() ? input.getShape().size() : 0);
  }

  @Override
  public void close() {
    scope.close();
  }

  private <T> T run(float[] vector, Function<PtNDArray, T> backward) {
    NDArray v =
        scope
            .create(FloatBuffer.wrap(vector), output.getShape(), DataType.FLOAT32)
            .toType(output.getDataType(), false);
    try {
      return backward.apply((PtNDArray) v);
    } catch (RuntimeException e) {
      throw TorchError.translate(e, Reason.DEVICE, "the backward pass failed");
    }
  }

  private static <T> List<float[]> split(float[] joined, List<T> parts, ToLongFunction<T> length) {
    List<float[]> arrays = new ArrayList<>(parts.size());
    int at = 0;
    for (T part : parts) {
      int to = at + Math.toIntExact(length.applyAsLong(part));
      arrays.add(Arrays.copyOfRange(joined, at, to));
      at = to;
    }
    return arrays;
  }
}
