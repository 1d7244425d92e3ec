package io.gradwatch.importance;

import io.gradwatch.sample.InferenceSample;
import java.util.List;

/**
 * A model that takes gradients: the one thing that the mathematics needs from a device.
 *
 * <p>In evaluation mode (dropout off, normalisation statistics untouched) with autograd on. Not
 * thread-safe: all calls come from the thread of its device.
 */
public interface DifferentiableModel extends AutoCloseable {
  ModelVersion version();

  /** Where it runs, for instance {@code cpu} or {@code cuda:0}. */
  String device();

  /** The parameter tensors in the module's order. */
  List<Parameter> parameters();

  /**
   * Runs one micro-batch forward.
   *
   * @param samples at least one; all with equal input types and shapes
   * @throws ModelFailureException if the model refuses the inputs or the device fails
   */
  ForwardPass forward(List<InferenceSample> samples);

  @Override
  void close();

  /**
   * The outputs of one micro-batch, ready for a backward pass. Holds device memory until closed.
   */
  interface ForwardPass extends AutoCloseable {
    /** The picked output, as {@code rows * columns} values in row-major order. */
    float[] outputs();

    /** Samples in the micro-batch. */
    int rows();

    /** Output values a sample, for instance the number of classes. */
    int columns();

    /** Extents of one sample's output, without the batch dimension; empty for one number. */
    default List<Long> shape() {
      return List.of((long) columns());
    }

    /**
     * Computes G, the gradient of the inner product of the outputs and {@code vector} with respect
     * to the parameters.
     *
     * @param vector {@code rows * columns} values, row-major
     * @return what is needed of G, one entry a parameter in the order of {@link #parameters()}
     */
    List<UnitSums> backward(float[] vector);

    @Override
    void close();
  }

  /**
   * One parameter's G (weights w), summed over each unit (slice of dimension 0); each array has one
   * entry a unit.
   *
   * @param squaredGradient sum of G^2
   * @param squaredProduct sum of (w G)^2
   * @param product sum of w G
   */
  @SuppressWarnings(
      "ArrayRecordComponent") // hot path: one of these a parameter and micro-batch, never compared
  record UnitSums(float[] squaredGradient, float[] squaredProduct, float[] product) {}
}
