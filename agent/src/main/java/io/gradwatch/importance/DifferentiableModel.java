package io.gradwatch.importance;

import io.gradwatch.sample.InferenceSample;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

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

  /**
   * Which of its outputs is watched: its place among them, counted from 0, or its key where the
   * model gives a dict.
   */
  default String output() {
    return "0";
  }

  /** The parameter tensors in the module's order. */
  List<Parameter> parameters();

  /**
   * How many samples a pass may hold, and whether they are stacked. Found out with the first
   * samples, by passes forward, and remembered; before that any number is taken as stacked.
   *
   * @param samples at least one; with fewer than two different ones of equal shape the answer is
   *     not remembered
   * @throws ModelFailureException if the model takes them in no way
   */
  default Batching batching(List<InferenceSample> samples) {
    return Batching.ANY;
  }

  /**
   * Runs one micro-batch forward.
   *
   * @param samples at least one, at most what {@link #batching} allows; all with equal input types
   *     and shapes
   * @throws ModelFailureException if the model refuses the inputs or the device fails
   */
  ForwardPass forward(List<InferenceSample> samples);

  /**
   * Runs one micro-batch forward so that {@link ForwardPass#inputGradients} can follow.
   *
   * @param samples at least one; all with equal input types and shapes
   * @throws ModelFailureException if the model refuses the inputs or the device fails
   */
  ForwardPass forwardFromInputs(List<InferenceSample> samples);

  /**
   * The values of a parameter, row-major: a copy.
   *
   * @param parameter its place in {@link #parameters()}
   */
  float[] weights(int parameter);

  /**
   * Runs with other values in some parameters until the replacement is closed, which puts the
   * original ones back, bit for bit. One replacement at a time; no pass may be open when it begins
   * or ends.
   *
   * @param values by place in {@link #parameters()}: all values of the parameter, row-major
   */
  Replacement replace(Map<Integer, float[]> values);

  /** Memory of the device that is still free, in bytes; empty where the device does not say. */
  OptionalLong freeBytes();

  /** Arrays on the device that belong to the model; constant between passes, else memory leaks. */
  default OptionalInt arrays() {
    return OptionalInt.empty();
  }

  @Override
  void close();

  /** Other values in some parameters, for a while. */
  interface Replacement extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * The outputs of one micro-batch, ready for one backward pass: only one of {@link #backward},
   * {@link #absolute}, {@link #gradients} and {@link #inputGradients} may be called, once. Holds
   * device memory until closed.
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

    /**
     * The sum of |G| over each unit, one entry a parameter.
     *
     * @param vector as for {@link #backward}
     */
    List<float[]> absolute(float[] vector);

    /**
     * The whole of G, row-major, one entry a parameter; zeros where a parameter gets no gradient.
     *
     * @param vector as for {@link #backward}
     */
    List<float[]> gradients(float[] vector);

    /**
     * The gradient with respect to the inputs, one entry an input: {@code rows} times its values a
     * sample, row-major; empty for an input that has none because it holds no floating-point
     * numbers. Only after {@link DifferentiableModel#forwardFromInputs}.
     *
     * @param vector as for {@link #backward}
     */
    List<float[]> inputGradients(float[] vector);

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
