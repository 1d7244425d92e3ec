package io.gradwatch.importance;

import io.gradwatch.importance.Group.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The weights of a model on the host, to make others of them. */
final class Weights {
  private final List<float[]> values = new ArrayList<>();

  /** Reads them from the device, once. */
  Weights(DifferentiableModel model) {
    for (int i = 0; i < model.parameters().size(); i++) {
      values.add(model.weights(i));
    }
  }

  /** Changes the values from {@code from} below {@code to} in place. */
  @FunctionalInterface
  interface Edit {
    /** Silences them. */
    Edit ZERO = (values, from, to) -> Arrays.fill(values, from, to, 0);

    void apply(float[] values, int from, int to);
  }

  /**
   * The parameters that an edit of some slices touches, changed, for {@link
   * DifferentiableModel#replace}.
   */
  Map<Integer, float[]> with(List<Slice> slices, Edit edit) {
    Map<Integer, float[]> changed = new LinkedHashMap<>();
    for (Slice slice : slices) {
      float[] copy = changed.computeIfAbsent(slice.index(), index -> values.get(index).clone());
      int unit = copy.length / slice.parameter().units();
      edit.apply(copy, slice.from() * unit, slice.to() * unit);
    }
    return changed;
  }

  /** The sum of absolute values of each unit of a group. */
  double[] magnitudes(Group group) {
    double[] magnitudes = new double[group.units()];
    int at = 0;
    for (Slice slice : group.slices()) {
      float[] all = values.get(slice.index());
      int unit = all.length / slice.parameter().units();
      for (int u = slice.from(); u < slice.to(); u++) {
        for (int i = u * unit; i < (u + 1) * unit; i++) {
          magnitudes[at] += Math.abs(all[i]);
        }
        at++;
      }
    }
    return magnitudes;
  }
}
