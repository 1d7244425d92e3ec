package io.gradwatch.importance;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the label-free methods say of those rows of a window that carry a label, to be held against
 * the labelled ones of the same rows.
 *
 * <p>Rows that are labelled are not drawn by chance: a label may come sooner for one class than for
 * another. Labelled numbers of these rows over label-free numbers of all rows would move with that.
 *
 * @param samples labelled rows that the numbers are made of; at most k_l, see {@link
 *     ImportanceSettings#labelSamples}
 * @param labelFree by the method's label: the mean over these rows, one a group in the module's
 *     order; empty where there are fewer rows than k_l
 */
public record LabelledRows(int samples, Map<String, List<Double>> labelFree) {
  public LabelledRows {
    Map<String, List<Double>> copy = new TreeMap<>();
    labelFree.forEach((method, means) -> copy.put(method, List.copyOf(means)));
    labelFree = copy;
    if (samples < 0) {
      throw new IllegalArgumentException("samples is " + samples + ", must be at least 0");
    }
  }
}
