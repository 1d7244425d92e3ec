package io.gradwatch.importance;

import java.util.List;

/**
 * A parameter tensor of a model.
 *
 * @param name its name in the module, for instance {@code conv1.weight}
 * @param shape extents, outermost first; a slice of dimension 0 is a <em>unit</em>
 */
public record Parameter(String name, List<Long> shape) {
  public Parameter {
    shape = List.copyOf(shape);
  }

  /** The number of scalars. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** The number of units: the extent of dimension 0, or 1 for a scalar. */
  public int units() {
    return shape.isEmpty() ? 1 : Math.toIntExact(shape.get(0));
  }
}
