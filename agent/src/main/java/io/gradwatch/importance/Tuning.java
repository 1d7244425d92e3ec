package io.gradwatch.importance;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.hipparchus.stat.descriptive.StreamingStatistics;
import org.hipparchus.stat.descriptive.rank.Median;

/**
 * What the first window of a model's version settles for all later ones, so that their numbers can
 * be compared: it belongs to the baseline and outlives restarts.
 *
 * @param microBatch samples a pass (b), at least 1
 * @param outputDeviations standard deviation of each output, for regression; empty otherwise
 */
public record Tuning(int microBatch, List<Double> outputDeviations) {
  /** Values of b to choose from, besides 1. */
  private static final List<Integer> MICRO_BATCHES = List.of(4, 8, 16, 32);

  private static final int LARGEST_PASS = 16;

  /** How much noisier than b = 1 a group may be, at the median: 2.25 times the variance. */
  private static final double LARGEST_ERROR = 1.5;

  /** Micro-batches a window at the least: fewer do not tell their own spread. */
  private static final int SPREAD = 8;

  public Tuning {
    outputDeviations = List.copyOf(outputDeviations);
    if (microBatch < 1) {
      throw new IllegalArgumentException("micro-batch is " + microBatch + ", must be at least 1");
    }
  }

  /**
   * Settles what the settings leave open, on the thread of the device: b as the largest of 4, 8,
   * 16, 32 whose standard error, relative to that of b = 1, has a median over groups of at most 1.5
   * (1 if none has), and the outputs' standard deviations as they are in these samples.
   *
   * @param samples of one window, at least one
   * @throws ModelFailureException if the model refuses the samples or they do not fit the task
   */
  public static Tuning choose(
      DifferentiableModel model, ImportanceSettings settings, List<InferenceSample> samples) {
    List<Double> deviations =
        settings.task() == Task.REGRESSION && settings.outputDeviations().isEmpty()
            ? deviations(model, samples)
            : settings.outputDeviations();
    Tuning exact = new Tuning(1, deviations);
    ImportanceSettings possible = model.batching(samples).limit(settings);
    if (possible.microBatch() != ImportanceSettings.AUTO) {
      return new Tuning(possible.microBatch(), deviations);
    }
    NavigableMap<Integer, Double> errors = errors(model, exact.applyTo(settings), samples);
    int largest =
        errors.descendingMap().entrySet().stream()
            .filter(error -> error.getValue() <= LARGEST_ERROR)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(1);
    return new Tuning(largest, deviations);
  }

  /** The settings with everything settled. */
  public ImportanceSettings applyTo(ImportanceSettings settings) {
    return settings.tuned(microBatch, outputDeviations);
  }

  /**
   * The median over groups of the standard error at each b, as a multiple of that at b = 1. For the
   * values of b that leave at least {@value #SPREAD} micro-batches and fit the device.
   */
  static NavigableMap<Integer, Double> errors(
      DifferentiableModel model, ImportanceSettings settings, List<InferenceSample> samples) {
    NavigableMap<Integer, Double> errors = new TreeMap<>();
    List<Value> exact = null;
    for (int b : MICRO_BATCHES) {
      if (samples.size() / b < SPREAD) {
        break;
      }
      if (exact == null) {
        exact = values(model, settings.withMicroBatch(1), samples);
      }
      try {
        errors.put(b, medianRatio(values(model, settings.withMicroBatch(b), samples), exact));
      } catch (ModelFailureException e) {
        if (e.reason() == Reason.OUT_OF_MEMORY) {
          break;
        }
        throw e;
      }
    }
    return errors;
  }

  private static List<Value> values(
      DifferentiableModel model, ImportanceSettings settings, List<InferenceSample> samples) {
    SplittableRandom signs = new SplittableRandom(settings.microBatch());
    ParitySum unused = new ParitySum(settings, model.output());
    Sweep sweep = OnePass.labelFree(model, settings, samples, unused, signs);
    ImportanceMethod method =
        settings.methods().contains(ImportanceMethod.TAYLOR)
            ? ImportanceMethod.TAYLOR
            : ImportanceMethod.FISHER;
    return Values.of(sweep, method);
  }

  private static double medianRatio(List<Value> sketch, List<Value> exact) {
    List<Double> ratios = new ArrayList<>();
    for (int group = 0; group < exact.size(); group++) {
      Double error = sketch.get(group).stderr();
      Double smallest = exact.get(group).stderr();
      // A group without gradient, or of one constant, has no error at any b.
      if (error != null && smallest != null && smallest > 0) {
        ratios.add(error / smallest);
      }
    }
    return ratios.isEmpty()
        ? 1
        : new Median().evaluate(ratios.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Passes forward take as many samples as the device has memory for. */
  private static List<Double> deviations(DifferentiableModel model, List<InferenceSample> samples) {
    int size = Math.min(LARGEST_PASS, model.batching(samples).largest());
    while (true) {
      try {
        return deviations(model, samples, size);
      } catch (ModelFailureException e) {
        if (e.reason() != Reason.OUT_OF_MEMORY || size == 1) {
          throw e;
        }
        size /= 2;
      }
    }
  }

  private static List<Double> deviations(
      DifferentiableModel model, List<InferenceSample> samples, int size) {
    List<StreamingStatistics> outputs = new ArrayList<>();
    for (List<InferenceSample> batch : MicroBatches.cut(samples, size)) {
      try (ForwardPass pass = model.forward(batch)) {
        float[] values = pass.outputs();
        OutputCheck.requireFit(Task.REGRESSION, batch, pass, values);
        for (int i = 0; i < values.length; i++) {
          int output = i % pass.columns();
          if (output == outputs.size()) {
            outputs.add(new StreamingStatistics());
          }
          outputs.get(output).addValue(values[i]);
        }
      }
    }
    // An output that never changes has no scale of its own.
    return outputs.stream()
        .map(StreamingStatistics::getStandardDeviation)
        .map(deviation -> deviation > 0 ? deviation : 1)
        .toList();
  }
}
