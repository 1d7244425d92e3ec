package io.gradwatch.importance;

import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * The importance of a model over a window by one method that has passes of its own.
 *
 * <pre>
 * attribution       sum over an input's features of the mean of |x df_c/dx|   {@link Attribution}
 * mas               sum over a group of the mean of |d||f||^2/dw|             {@link MemoryAware}
 * mas-rms           root mean square of d||f||^2/dw, a parameter              {@link MemoryAware}
 * weight-magnitude  sum over a group of |w|, exact
 * sensitivity       change by noise w (1 + 0.1 xi) on a group                 {@link Perturbation}
 * permutation       change by shuffling a group's values, a tensor            {@link Perturbation}
 * dropout           change by zeroing half of a group's weights               {@link Perturbation}
 * activation        sum over units of the change by zeroing the unit          {@link Perturbation}
 * shapley           Shapley value of a group; the absent ones are zeroed      {@link Shapley}
 * </pre>
 *
 * <p>A change is the mean over samples of {@link OutputChange}: of the predictive distribution, or
 * with {@link ImportanceSettings#labelled} of the loss, under the name {@code labelled-} and the
 * method's. The first four know no labels. Standard errors are over micro-batches (mas: samples),
 * each with a draw of its own.
 *
 * <p>The same window and model give the same numbers, unless the budget cuts them.
 */
public final class OwnPasses {
  private OwnPasses() {}

  /** The same where nobody asks how far it is. */
  public static ImportanceSnapshot importance(
      DifferentiableModel model,
      ImportanceSettings wanted,
      ImportanceMethod method,
      SampleBatch batch,
      Duration budget,
      LongSupplier nanoTime) {
    return importance(model, wanted, method, batch, budget, nanoTime, WorkProgress.NONE);
  }

  /**
   * Computes one method over a window, on the thread of the model's device.
   *
   * <p>A spent budget ends it with what is done: the number of samples is that of the snapshot, and
   * a group that the budget did not last for has no value.
   *
   * @param method with passes of its own
   * @param budget device time; one pass may overrun it
   * @param nanoTime for the budget and the seconds that it takes
   * @param progress told after each unit of work
   * @return with only this method's value a group; for attribution the groups are the inputs
   * @throws ModelFailureException if the model refuses the samples, its outputs do not fit the
   *     task, no sample carries the label that is asked for, a sum is not finite, or the budget is
   *     spent before anything is done
   */
  public static ImportanceSnapshot importance(
      DifferentiableModel model,
      ImportanceSettings wanted,
      ImportanceMethod method,
      SampleBatch batch,
      Duration budget,
      LongSupplier nanoTime,
      WorkProgress progress) {
    if (method.onePass()) {
      throw new IllegalArgumentException(method.label() + " has no passes of its own");
    }
    if (batch.samples().isEmpty()) {
      throw new IllegalArgumentException("window of '%s' has no samples".formatted(batch.model()));
    }
    Budget time = new Budget(nanoTime, budget, progress);
    ImportanceSettings settings = model.batching(batch.samples()).limit(wanted);
    // Methods differ in their draws, else the error of one would be that of the others.
    SplittableRandom random =
        new SplittableRandom(
            OnePass.seed(model.version(), batch.start()) + method.label().hashCode());
    Measured measured = measure(model, settings, method, batch.samples(), random, time);
    String name = (settings.labelled() && changes(method) ? OnePass.LABELLED : "") + method.label();
    double total =
        measured.groups().stream()
            .mapToDouble(g -> g.estimate() == null ? 0 : Math.abs(g.estimate().mean()))
            .sum();
    List<GroupImportance> groups =
        measured.groups().stream().map(group -> importance(group, name, total)).toList();
    return ImportanceSnapshot.of(
        model,
        batch,
        measured.samples(),
        new Tuning(measured.microBatch(), settings.outputDeviations()),
        time.seconds(),
        groups,
        null);
  }

  /** Whether the method changes the model, so that it has a variant on labels. */
  private static boolean changes(ImportanceMethod method) {
    return method.compareTo(ImportanceMethod.SENSITIVITY) >= 0;
  }

  private static Measured measure(
      DifferentiableModel model,
      ImportanceSettings settings,
      ImportanceMethod method,
      List<InferenceSample> samples,
      SplittableRandom random,
      Budget budget) {
    return switch (method) {
      case ATTRIBUTION -> Attribution.over(model, settings, samples, budget);
      case MAS, MAS_RMS -> MemoryAware.over(model, settings, method, samples, random, budget);
      case WEIGHT_MAGNITUDE -> weightMagnitude(model, settings, samples.size());
      case SENSITIVITY, PERMUTATION, DROPOUT, ACTIVATION ->
          Perturbation.over(model, settings, method, samples, random, budget);
      case SHAPLEY -> Shapley.over(model, settings, samples, random, Shapley.TOLERANCE, budget);
      default -> throw new IllegalArgumentException(method.label() + " comes from the one pass");
    };
  }

  private static Measured weightMagnitude(
      DifferentiableModel model, ImportanceSettings settings, int samples) {
    Weights weights = new Weights(model);
    List<Measured.OfGroup> groups =
        settings.grouping().of(model.parameters()).stream()
            .map(
                group -> {
                  GroupSum sum = new GroupSum(1, group.units());
                  sum.add(weights.magnitudes(group));
                  double mean = sum.estimate(new int[] {1}).mean();
                  return Measured.of(group, new Estimate(mean, 0.0), sum.profile(1));
                })
            .toList();
    return new Measured(samples, Measured.microBatch(settings), groups);
  }

  private static GroupImportance importance(Measured.OfGroup group, String name, double total) {
    Estimate estimate = group.estimate();
    if (estimate == null) {
      return new GroupImportance(group.name(), group.parameters(), group.units(), Map.of());
    }
    double share = total > 0 ? Math.abs(estimate.mean()) / total : 0;
    Value value = new Value(estimate.mean(), estimate.stderr(), share, group.profile());
    OnePass.requireFinite(value, name, group.name());
    return new GroupImportance(
        group.name(), group.parameters(), group.units(), Map.of(name, value));
  }
}
