package io.gradwatch.recommend;

import io.gradwatch.importance.Parameter;
import io.gradwatch.importance.ParameterImportance;
import io.gradwatch.importance.ParameterImportance.OfTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which parameters carry least importance and so are candidates for pruning, and which carry most
 * and so deserve protection when the model is tuned further.
 *
 * <p>Pruning goes by the Taylor importance, what removing a parameter does; protection by the
 * Fisher information, what changing it does. Both hold for the traffic of the samples and say
 * nothing of other traffic: a parameter that today's requests never use may serve next month's.
 *
 * @param format version of the JSON form, {@value #FORMAT}
 * @param model name and SHA-256 of the file
 * @param samples rows that it is made of
 * @param scalars of the model
 * @param prune candidates, the least important ones
 * @param protect the most important ones
 * @param unitsToPrune whole units of least Taylor importance, the least first
 * @param unitsToProtect whole units of most Fisher information, the most first
 */
public record Recommendation(
    int format,
    String model,
    int samples,
    long scalars,
    Selected prune,
    Selected protect,
    List<Unit> unitsToPrune,
    List<Unit> unitsToProtect) {
  public static final int FORMAT = 1;

  /** Units that are listed at either end. */
  static final int UNITS = 20;

  public Recommendation {
    unitsToPrune = List.copyOf(unitsToPrune);
    unitsToProtect = List.copyOf(unitsToProtect);
  }

  /**
   * Some of the scalars.
   *
   * @param method by which they were selected, {@code taylor} or {@code fisher}
   * @param scalars how many; fewer than asked for where equally important ones would have to be
   *     told apart, more where more have no importance at all
   * @param share of all importance by the method that they hold, 0 to 1
   * @param tensors those that have any, in the module's order
   */
  public record Selected(String method, long scalars, double share, List<OfOneTensor> tensors) {
    public Selected {
      tensors = List.copyOf(tensors);
    }
  }

  /**
   * The selected scalars of a tensor.
   *
   * @param name of the tensor
   * @param shape of the tensor, outermost first
   * @param indices places in the flattened tensor, row-major, from 0, ascending
   */
  @SuppressWarnings("ArrayRecordComponent") // written to a file, never compared
  public record OfOneTensor(String name, List<Long> shape, int[] indices) {}

  /**
   * A slice of dimension 0 of a tensor: a neuron or a filter.
   *
   * @param tensor its name
   * @param index of the slice, from 0
   * @param importance sum over its scalars
   * @param share of the sum over the model, 0 to 1
   */
  public record Unit(String tensor, int index, double importance, double share) {}

  /**
   * Selects.
   *
   * @param prune fraction of the scalars to name as candidates, 0 to 1
   * @param protect fraction of them to protect, 0 to 1
   */
  public static Recommendation of(ParameterImportance importance, double prune, double protect) {
    List<float[]> taylor = importance.tensors().stream().map(OfTensor::taylor).toList();
    List<float[]> fisher = importance.tensors().stream().map(OfTensor::fisher).toList();
    return new Recommendation(
        FORMAT,
        importance.model().toString(),
        importance.samples(),
        importance.scalars(),
        least(importance, taylor, prune),
        most(importance, fisher, protect),
        units(importance, taylor, Comparator.comparingDouble(Unit::importance)),
        units(importance, fisher, Comparator.comparingDouble(Unit::importance).reversed()));
  }

  private static Selected least(
      ParameterImportance importance, List<float[]> values, double fraction) {
    float[] sorted = sorted(values);
    int count = (int) Math.floor(fraction * sorted.length);
    // Of equals at the border none is better than the other: take all below, and all zeros.
    float border = count < sorted.length ? sorted[count] : Float.POSITIVE_INFINITY;
    return selected(importance, values, "taylor", value -> value < border || value == 0, sorted);
  }

  private static Selected most(
      ParameterImportance importance, List<float[]> values, double fraction) {
    float[] sorted = sorted(values);
    int count = (int) Math.floor(fraction * sorted.length);
    float border = count < sorted.length ? sorted[sorted.length - 1 - count] : -1;
    return selected(importance, values, "fisher", value -> value > border && value > 0, sorted);
  }

  /** Says yes or no to an importance. */
  @FunctionalInterface
  private interface Choice {
    boolean takes(float value);
  }

  private static Selected selected(
      ParameterImportance importance,
      List<float[]> values,
      String method,
      Choice choice,
      float[] sorted) {
    List<OfOneTensor> tensors = new ArrayList<>();
    double total = IntStream.range(0, sorted.length).mapToDouble(i -> sorted[i]).sum();
    double held = 0;
    long scalars = 0;
    for (int i = 0; i < values.size(); i++) {
      float[] ofTensor = values.get(i);
      int[] indices =
          IntStream.range(0, ofTensor.length).filter(at -> choice.takes(ofTensor[at])).toArray();
      held += Arrays.stream(indices).mapToDouble(at -> ofTensor[at]).sum();
      scalars += indices.length;
      if (indices.length > 0) {
        Parameter parameter = importance.tensors().get(i).parameter();
        tensors.add(new OfOneTensor(parameter.name(), parameter.shape(), indices));
      }
    }
    return new Selected(method, scalars, total > 0 ? held / total : 0, tensors);
  }

  private static float[] sorted(List<float[]> values) {
    float[] all = new float[values.stream().mapToInt(ofTensor -> ofTensor.length).sum()];
    int at = 0;
    for (float[] ofTensor : values) {
      System.arraycopy(ofTensor, 0, all, at, ofTensor.length);
      at += ofTensor.length;
    }
    Arrays.sort(all);
    return all;
  }

  /** Of tensors with at least two dimensions: a bias alone is no unit that one can remove. */
  private static List<Unit> units(
      ParameterImportance importance, List<float[]> values, Comparator<Unit> order) {
    double total =
        values.stream()
            .mapToDouble(v -> IntStream.range(0, v.length).mapToDouble(at -> v[at]).sum())
            .sum();
    List<Unit> units = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Parameter parameter = importance.tensors().get(i).parameter();
      float[] ofTensor = values.get(i);
      int each = ofTensor.length / Math.max(1, parameter.units());
      for (int unit = 0; unit < parameter.units() && parameter.shape().size() > 1; unit++) {
        double sum =
            IntStream.range(unit * each, (unit + 1) * each).mapToDouble(at -> ofTensor[at]).sum();
        units.add(new Unit(parameter.name(), unit, sum, total > 0 ? sum / total : 0));
      }
    }
    return units.stream().sorted(order).limit(UNITS).toList();
  }
}
