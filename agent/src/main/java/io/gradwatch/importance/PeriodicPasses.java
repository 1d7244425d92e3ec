package io.gradwatch.importance;

import io.gradwatch.window.SampleBatch;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Computes one periodic method over one window; {@link OwnPasses} does. */
@FunctionalInterface
interface PeriodicPasses {
  /**
   * Computes a snapshot that has this method only.
   *
   * @param budget device time that it may take
   * @param nanoTime counts device time
   * @throws ModelFailureException if the model or its outputs do not allow it
   */
  ImportanceSnapshot importance(
      DifferentiableModel model,
      ImportanceSettings settings,
      ImportanceMethod method,
      SampleBatch batch,
      Duration budget,
      LongSupplier nanoTime);

  /**
   * The methods that are due on a window; none on the labelled part of one.
   *
   * <p>With n = floor(start / length) the number of the window, the i-th method is due where n + i
   * plus a number of the model's is a multiple of its {@code every}. So it depends on the window
   * alone, whenever and wherever it is computed, and neither the methods of a model nor the models
   * of a device all fall on one window.
   */
  static List<PeriodicMethod> due(List<PeriodicMethod> methods, SampleBatch batch) {
    if (batch.labelled()) {
      return List.of();
    }
    long number = Math.floorDiv(batch.start(), batch.end() - batch.start());
    long first = number + batch.model().hashCode();
    return IntStream.range(0, methods.size())
        .filter(i -> Math.floorMod(first + i, methods.get(i).every()) == 0)
        .mapToObj(methods::get)
        .toList();
  }
}
