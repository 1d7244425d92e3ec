package io.gradwatch.importance;

import io.gradwatch.sample.DataType;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** How samples are cut into passes. */
final class MicroBatches {
  /** What must be equal for samples to be stacked: type and shape of one input. */
  private record Form(DataType type, List<Long> shape) {}

  private MicroBatches() {}

  /**
   * Cuts samples into micro-batches of equal input types and shapes.
   *
   * <p>Within one form the order stays as it came, which is priority order; offset order would put
   * neighbours in time into one micro-batch, and the standard error would miss what they share.
   *
   * @param size samples in each but the last of a form, at least 1
   * @return together all samples, each once; empty for none
   */
  static List<List<InferenceSample>> cut(List<InferenceSample> samples, int size) {
    List<List<InferenceSample>> batches = new ArrayList<>();
    for (List<InferenceSample> group : alike(samples)) {
      for (int from = 0; from < group.size(); from += size) {
        batches.add(List.copyOf(group.subList(from, Math.min(from + size, group.size()))));
      }
    }
    return batches;
  }

  /**
   * The same in random order, so that the first ones are a uniform sample of all forms: for methods
   * that may end before the last of them.
   */
  static List<List<InferenceSample>> shuffled(
      List<InferenceSample> samples, int size, RandomGenerator random) {
    List<List<InferenceSample>> batches = cut(samples, size);
    return Arrays.stream(Shuffle.order(batches.size(), random)).mapToObj(batches::get).toList();
  }

  /**
   * The samples of the most common form, in their order; of the one that came first where several
   * are equally common.
   *
   * @param samples at least one
   */
  static List<InferenceSample> mostCommon(List<InferenceSample> samples) {
    // The first of equals: max replaces its candidate only by a larger one.
    return Collections.max(alike(samples), Comparator.comparingInt(List::size));
  }

  private static List<List<InferenceSample>> alike(List<InferenceSample> samples) {
    Map<List<Form>, List<InferenceSample>> alike = new LinkedHashMap<>();
    for (InferenceSample sample : samples) {
      alike.computeIfAbsent(forms(sample), form -> new ArrayList<>()).add(sample);
    }
    return List.copyOf(alike.values());
  }

  private static List<Form> forms(InferenceSample sample) {
    return sample.inputs().stream().map(t -> new Form(t.type(), t.shape())).toList();
  }
}
