package io.gradwatch.importance;

import io.gradwatch.importance.Group.Slice;
import io.gradwatch.importance.Weights.Edit;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a change of one group alone does to the outputs, see {@link OutputChange}.
 *
 * <p>Each micro-batch meets a draw of its own, so that one walk over the samples gives as many
 * draws as micro-batches, and the standard error over micro-batches counts draws and samples alike.
 * The order of micro-batches and of groups is random: what a spent budget cuts off is a uniform
 * sample, and never the same groups.
 */
final class Perturbation {
  /**
   * Standard deviation of the noise, relative to each weight. Relative, because then a group's
   * scale does not matter and removed weights stay removed; with it the change is sigma^2 / 2 times
   * {@link ImportanceMethod#TAYLOR} as sigma goes to 0. 0.1 is small enough for that, and far above
   * the rounding of FP16.
   */
  static final double NOISE = 0.1;

  /** Chance of each weight to be zeroed. */
  static final double DROPPED = 0.5;

  private final DifferentiableModel model;
  private final ImportanceMethod method;
  private final SplittableRandom random;
  private final Budget budget;
  private final Weights weights;

  /** A group, what of it is changed at a time, and the changes of outputs that came of it. */
  private record Target(Group group, List<List<Slice>> parts, GroupSum sum) {}

  private Perturbation(
      DifferentiableModel model, ImportanceMethod method, SplittableRandom random, Budget budget) {
    this.model = model;
    this.method = method;
    this.random = random;
    this.budget = budget;
    this.weights = new Weights(model);
  }

  /**
   * Measures all groups.
   *
   * @param method sensitivity, permutation, dropout or activation
   * @throws ModelFailureException as {@link OwnPasses} says
   */
  static Measured over(
      DifferentiableModel model,
      ImportanceSettings settings,
      ImportanceMethod method,
      List<InferenceSample> samples,
      SplittableRandom random,
      Budget budget) {
    return new Perturbation(model, method, random, budget).measure(settings, samples);
  }

  private Measured measure(ImportanceSettings settings, List<InferenceSample> samples) {
    List<InferenceSample> usable = Counterfactual.usable(model, settings, samples);
    int microBatch = Measured.microBatchOfDraws(settings, usable);
    List<List<InferenceSample>> batches = MicroBatches.shuffled(usable, microBatch, random);
    List<Target> targets =
        settings.grouping().of(model.parameters()).stream()
            .map(group -> target(group, batches.size()))
            .toList();
    int done = 0;
    for (List<InferenceSample> batch : batches) {
      if (budget.spent() || !row(Counterfactual.of(model, settings, batch), targets)) {
        break;
      }
      budget.done(++done, batches.size());
    }
    int[] sizes = batches.stream().mapToInt(List::size).toArray();
    int rows = targets.stream().mapToInt(target -> target.sum().added()).max().orElse(0);
    budget.requireAny(rows, "a group");
    return new Measured(
        samples(sizes, rows),
        microBatch,
        targets.stream().map(target -> found(target, sizes)).toList());
  }

  /** Whether all groups met a micro-batch before the budget was spent. */
  private boolean row(Counterfactual batch, List<Target> targets) {
    for (int index : Shuffle.order(targets.size(), random)) {
      Target target = targets.get(index);
      double[] changes = changes(batch, target, random.split());
      if (changes == null) {
        return false;
      }
      target.sum().add(changes);
    }
    return true;
  }

  /** The change by each part; null where the budget is spent before the last of them. */
  private double @Nullable [] changes(Counterfactual batch, Target target, SplittableRandom draws) {
    double[] changes = new double[target.parts().size()];
    for (int part = 0; part < changes.length; part++) {
      if (budget.spent()) {
        return null;
      }
      changes[part] = batch.change(weights.with(target.parts().get(part), edit(draws)));
    }
    return changes;
  }

  private Edit edit(SplittableRandom draws) {
    return switch (method) {
      case SENSITIVITY ->
          (values, from, to) -> {
            for (int i = from; i < to; i++) {
              values[i] = (float) (values[i] * (1 + NOISE * draws.nextGaussian()));
            }
          };
      case PERMUTATION -> (values, from, to) -> Shuffle.range(values, from, to, draws);
      case DROPOUT ->
          (values, from, to) -> {
            for (int i = from; i < to; i++) {
              values[i] = draws.nextDouble() < DROPPED ? 0 : values[i];
            }
          };
      case ACTIVATION -> Edit.ZERO;
      default -> throw new IllegalArgumentException(method.label() + " changes no weights");
    };
  }

  private Target target(Group group, int batches) {
    List<List<Slice>> parts =
        method == ImportanceMethod.ACTIVATION ? units(group) : List.of(group.slices());
    return new Target(group, parts, new GroupSum(batches, parts.size()));
  }

  /**
   * What is silenced at a time. Tensors of a group with equally many units are silenced together: a
   * unit of a module loses its weights and its bias.
   */
  private static List<List<Slice>> units(Group group) {
    Map<Integer, List<Slice>> alike = new LinkedHashMap<>();
    for (Slice slice : group.slices()) {
      alike.computeIfAbsent(slice.units(), units -> new ArrayList<>()).add(slice);
    }
    List<List<Slice>> parts = new ArrayList<>();
    alike.forEach(
        (units, slices) -> {
          for (int unit = 0; unit < units; unit++) {
            int offset = unit;
            parts.add(slices.stream().map(slice -> unit(slice, offset)).toList());
          }
        });
    return parts;
  }

  private static Slice unit(Slice slice, int offset) {
    int unit = slice.from() + offset;
    return new Slice(slice.index(), slice.parameter(), unit, unit + 1);
  }

  private Measured.OfGroup found(Target target, int[] sizes) {
    int rows = target.sum().added();
    if (rows == 0) {
      return Measured.of(target.group(), null, null);
    }
    boolean profiled = method == ImportanceMethod.ACTIVATION;
    return Measured.of(
        target.group(),
        target.sum().estimate(sizes),
        profiled ? target.sum().profile(samples(sizes, rows)) : null);
  }

  private static int samples(int[] sizes, int rows) {
    return Arrays.stream(sizes, 0, rows).sum();
  }
}
