package io.gradwatch.importance;

import java.util.List;
import java.util.Set;

/**
 * What is computed of a window.
 *
 * @param task what the model predicts
 * @param outputs what its outputs are; regression has only {@link OutputKind#LOGITS}, meaning plain
 *     values
 * @param served what the answers of the deployed model are that come with its traffic; {@code
 *     outputs} must determine it
 * @param methods of the one pass, at least one; see {@link ImportanceMethod#onePassMethods}
 * @param periodic methods with passes of their own, each at most once
 * @param grouping what counts as one group of parameters
 * @param microBatch samples a pass (b), 1 to 4096: 1 is exact a sample, more is faster and noisier;
 *     {@link #AUTO} to choose it by the first window
 * @param labelled whether the labelled variants are computed as well, from the samples that carry a
 *     label
 * @param outputDeviations standard deviation of each output, for regression; empty to take those of
 *     the first window, and 1 for all where no window was seen
 * @param labelSamples labelled rows that labelled numbers are made of (k_l), the first in priority
 *     order, so that their error is the same in every window: see {@link LabelledRows}; 0 for all
 *     that carry a label, of which no concept score is made
 */
public record ImportanceSettings(
    Task task,
    OutputKind outputs,
    OutputKind served,
    Set<ImportanceMethod> methods,
    List<PeriodicMethod> periodic,
    Grouping grouping,
    int microBatch,
    boolean labelled,
    List<Double> outputDeviations,
    int labelSamples) {
  /** Value of {@link #microBatch} that leaves the choice to {@link Tuning#choose}. */
  public static final int AUTO = -1;

  public ImportanceSettings {
    methods = Set.copyOf(methods);
    periodic = List.copyOf(periodic);
    outputDeviations = List.copyOf(outputDeviations);
    if (methods.isEmpty()) {
      throw new IllegalArgumentException("at least one method is needed");
    }
    for (ImportanceMethod method : methods) {
      if (!method.onePass()) {
        throw new IllegalArgumentException(
            "method %s has passes of its own; name it under periodic".formatted(method.label()));
      }
    }
    if (periodic.stream().map(PeriodicMethod::method).distinct().count() < periodic.size()) {
      throw new IllegalArgumentException("a periodic method is named twice");
    }
    if (microBatch != AUTO && (microBatch < 1 || microBatch > 4096)) {
      throw new IllegalArgumentException(
          "micro-batch is " + microBatch + ", must be auto or 1 to 4096");
    }
    if (task == Task.REGRESSION && outputs != OutputKind.LOGITS) {
      throw new IllegalArgumentException(
          "regression outputs are plain values, not " + outputs.label());
    }
    if (labelSamples < 0 || labelSamples > 65_536) {
      throw new IllegalArgumentException(
          "label-samples is " + labelSamples + ", must be 1 to 65536, or 0 for no concept score");
    }
    requireComparable(task, outputs, served);
  }

  /** Without a concept score. */
  public ImportanceSettings(
      Task task,
      OutputKind outputs,
      OutputKind served,
      Set<ImportanceMethod> methods,
      List<PeriodicMethod> periodic,
      Grouping grouping,
      int microBatch,
      boolean labelled,
      List<Double> outputDeviations) {
    this(
        task,
        outputs,
        served,
        methods,
        periodic,
        grouping,
        microBatch,
        labelled,
        outputDeviations,
        0);
  }

  private static void requireComparable(Task task, OutputKind outputs, OutputKind served) {
    if (task == Task.REGRESSION && served != OutputKind.LOGITS) {
      throw new IllegalArgumentException(
          "served-outputs is %s, but regression outputs are plain values; leave it out"
              .formatted(served.label()));
    }
    if (!outputs.determines(served)) {
      throw new IllegalArgumentException(
          "served-outputs is %s, which cannot be computed from outputs of %s; watch a model file that gives %s, or leave it out"
              .formatted(served.label(), outputs.label(), served.label()));
    }
  }

  /** Groups by tensor, without periodic methods; the deployed model gives what this file gives. */
  public ImportanceSettings(
      Task task,
      OutputKind outputs,
      Set<ImportanceMethod> methods,
      int microBatch,
      boolean labelled,
      List<Double> outputDeviations) {
    this(
        task,
        outputs,
        outputs,
        methods,
        List.of(),
        Grouping.TENSOR,
        microBatch,
        labelled,
        outputDeviations);
  }

  /**
   * The same with labelled variants, and with the concept score of so many labelled rows.
   *
   * @param samples k_l, at least 1
   */
  public ImportanceSettings withLabelSamples(int samples) {
    return new ImportanceSettings(
        task,
        outputs,
        served,
        methods,
        periodic,
        grouping,
        microBatch,
        true,
        outputDeviations,
        samples);
  }

  /** The same with another b. */
  public ImportanceSettings withMicroBatch(int samples) {
    return tuned(samples, outputDeviations);
  }

  /** What is settled: b, which must not be {@link #AUTO}, and the outputs' deviations. */
  Tuning tuning() {
    return new Tuning(microBatch, outputDeviations);
  }

  /** The same with what a {@link Tuning} settles. */
  ImportanceSettings tuned(int samples, List<Double> deviations) {
    return new ImportanceSettings(
        task,
        outputs,
        served,
        methods,
        periodic,
        grouping,
        samples,
        labelled,
        deviations,
        labelSamples);
  }
}
