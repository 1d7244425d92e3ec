package io.gradwatch.importance;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the inputs that a model was asked and the outputs that it gave were distributed, feature by
 * feature: what shows whether the traffic moved, whatever the model makes of it.
 *
 * <p>The bins are settled by the first window of a model's version and stay, so that the counts of
 * windows can be added up and held against each other. A feature of an input is an element of its
 * tensor at a fixed place, whatever its type; numbers that stand for categories are told apart up
 * to 16 of them. A feature of the outputs is the probability of a class, or of yes, rounded to
 * 1e-4; of a regression the value over its settled deviation, rounded likewise, because the last
 * digits belong to the device.
 *
 * <p>Of more than {@value #INPUTS} input features, or {@value #OUTPUTS} of outputs, so many at
 * equal distances are taken, in the order of the tensors and of their elements; the others are left
 * out. With all of them it takes up to 170 kB as JSON.
 *
 * @param inputFeatures elements that the inputs of a row have, also those left out
 * @param inputs in the order of the tensors and of their elements
 * @param outputFeatures values that the watched output of a row has
 * @param outputs in the order of the elements
 */
public record TrafficSummary(
    int inputFeatures, List<Histogram> inputs, int outputFeatures, List<Histogram> outputs) {
  static final int INPUTS = 256;
  static final int OUTPUTS = 64;

  public TrafficSummary {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Whether its counts may be held against those of another one. */
  public boolean sameBins(TrafficSummary other) {
    return sameBins(inputs, other.inputs) && sameBins(outputs, other.outputs);
  }

  /**
   * The counts of a pool with those of one more window.
   *
   * @param window left out where it was not counted, or into other bins than the pool, and where
   *     the pool would hold 2^31 rows, which are enough
   */
  public static @Nullable TrafficSummary pool(
      @Nullable TrafficSummary pool, @Nullable TrafficSummary window) {
    if (pool == null || window == null) {
      return pool == null ? window : pool;
    }
    if (!pool.sameBins(window) || pool.rows() + window.rows() > Integer.MAX_VALUE) {
      return pool;
    }
    return new TrafficSummary(
        pool.inputFeatures,
        plus(pool.inputs, window.inputs),
        pool.outputFeatures,
        plus(pool.outputs, window.outputs));
  }

  private long rows() {
    return outputs.isEmpty() ? 0 : outputs.get(0).total();
  }

  private static boolean sameBins(List<Histogram> some, List<Histogram> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      if (!some.get(i).sameBins(others.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<Histogram> plus(List<Histogram> some, List<Histogram> others) {
    List<Histogram> sums = new ArrayList<>(some.size());
    for (int i = 0; i < some.size(); i++) {
      sums.add(some.get(i).plus(others.get(i)));
    }
    return sums;
  }
}
