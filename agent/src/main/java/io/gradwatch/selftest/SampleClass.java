package io.gradwatch.selftest;

import io.gradwatch.importance.Task;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The class of a sample: its label, else the largest of the numbers that the deployed model
 * answered with.
 *
 * @param task of the model; only classification and binary have one class a sample
 * @param output which of the served outputs tells it
 */
record SampleClass(Task task, String output) {

  /** The class of a sample; null if nothing tells it. */
  @Nullable Integer of(InferenceSample sample) {
    if (task != Task.CLASSIFICATION && task != Task.BINARY) {
      return null;
    }
    List<Double> label = sample.label();
    if (label != null && label.size() == 1) {
      return label.get(0).intValue();
    }
    Tensor served = sample.served(output);
    return task != Task.CLASSIFICATION || served == null || served.elements() < 2
        ? null
        : largest(served.values());
  }

  /** The classes of some samples in order; none if one of them has no class. */
  List<Integer> all(List<InferenceSample> samples) {
    return samples.stream().anyMatch(sample -> of(sample) == null)
        ? List.of()
        : samples.stream().map(this::of).filter(Objects::nonNull).distinct().sorted().toList();
  }

  /** Why there is no prior to shift, where these are all classes. */
  String reason(List<Integer> classes) {
    if (task != Task.CLASSIFICATION && task != Task.BINARY) {
      return "the model gives no single class";
    }
    return classes.isEmpty()
        ? "not every sample has a label or the answer of the deployed model"
        : "all samples are of class " + classes.get(0);
  }

  private static int largest(double[] values) {
    int largest = 0;
    for (int i = 1; i < values.length; i++) {
      largest = values[i] > values[largest] ? i : largest;
    }
    return largest;
  }
}
