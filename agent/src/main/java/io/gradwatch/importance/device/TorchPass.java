package io.gradwatch.importance.device;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.DifferentiableModel.UnitSums;
import io.gradwatch.importance.ModelFailureException;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.Parameter;
import io.gradwatch.importance.device.TorchScript.Weight;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * One micro-batch between its forward and its backward pass. Everything that libtorch allocates for
 * it belongs to one scope, also what DJL would attach to the model.
 */
final class TorchPass implements ForwardPass {
  private final NDManager scope;
  private final PtNDArray output;
  private final int rows;
  private final List<Weight> weights;

  TorchPass(NDManager scope, PtNDArray output, int rows, List<Weight> weights) {
    this.scope = scope;
    this.output = output;
    this.rows = rows;
    this.weights = weights;
    Shape shape = output.getShape();
    if (shape.dimension() == 0 || shape.get(0) != rows) {
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
    return Arrays.stream(output.getShape().getShape()).skip(1).boxed().toList();
  }

  @Override
  public List<UnitSums> backward(float[] vector) {
    NDArray v =
        scope
            .create(FloatBuffer.wrap(vector), output.getShape(), DataType.FLOAT32)
            .toType(output.getDataType(), false);
    try {
      JniUtils.backward(output, (PtNDArray) v, false, false);
      return unitSums();
    } catch (RuntimeException e) {
      throw TorchError.translate(e, Reason.DEVICE, "the backward pass failed");
    } finally {
      zeroGradients();
    }
  }

  @Override
  public void close() {
    scope.close();
  }

  /** All reductions are joined on the device, so that one transfer brings them over. */
  private List<UnitSums> unitSums() {
    NDList sums = new NDList(3 * weights.size());
    weights.forEach(weight -> sums.addAll(reduce(weight)));
    FloatBuffer joined = FloatBuffer.wrap(NDArrays.concat(sums).toFloatArray());
    return weights.stream()
        .map(Weight::parameter)
        .map(p -> new UnitSums(next(joined, p), next(joined, p), next(joined, p)))
        .toList();
  }

  private NDList reduce(Weight weight) {
    long units = weight.parameter().units();
    PtNDArray gradient = JniUtils.getGradient(weight.tracked());
    if (gradient == null) {
      NDArray zeros = scope.zeros(new Shape(units));
      return new NDList(zeros, zeros, zeros);
    }
    gradient.attach(scope);
    Shape table = new Shape(units, weight.parameter().elements() / units);
    NDArray g = gradient.toType(DataType.FLOAT32, false).reshape(table);
    // The gradient comes first: a result belongs to the scope of the first operand.
    NDArray wg = g.mul(weight.values());
    int[] row = {1};
    return new NDList(g.square().sum(row), wg.square().sum(row), wg.sum(row));
  }

  private static float[] next(FloatBuffer joined, Parameter parameter) {
    float[] units = new float[parameter.units()];
    joined.get(units);
    return units;
  }

  private void zeroGradients() {
    weights.forEach(weight -> JniUtils.zeroGrad(weight.tracked()));
  }
}
