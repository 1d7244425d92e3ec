package io.gradwatch.importance;

import java.util.List;

/**
 * Parameters whose importance is one number.
 *
 * @param name unique in the model, for instance {@code conv1.weight}, {@code conv1} or {@code
 *     conv1.weight[3]}
 * @param slices what belongs to it, at least one; their units, one after the other, are the group's
 */
public record Group(String name, List<Slice> slices) {
  public Group {
    slices = List.copyOf(slices);
  }

  /**
   * Neighbouring units of one parameter tensor.
   *
   * @param index of the tensor in {@link DifferentiableModel#parameters()}
   * @param parameter the tensor
   * @param from first unit
   * @param to last unit, exclusive
   */
  public record Slice(int index, Parameter parameter, int from, int to) {
    /** Scalars in it. */
    public long elements() {
      return parameter.elements() / parameter.units() * units();
    }

    public int units() {
      return to - from;
    }
  }

  /** Scalars in the group. */
  public long elements() {
    return slices.stream().mapToLong(Slice::elements).sum();
  }

  public int units() {
    return slices.stream().mapToInt(Slice::units).sum();
  }
}
