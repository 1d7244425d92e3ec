package io.gradwatch.importance;

import io.gradwatch.importance.Group.Slice;
import io.gradwatch.importance.Weights.Edit;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Shapley values with groups as players, by truncated Monte Carlo.
 *
 * <p>A coalition is worth v = minus the mean change of the outputs ({@link OutputChange}) when all
 * groups outside of it are zeroed, so that all of them are worth 0. For a random order of the
 * groups, each is credited with what it adds to those before it; its value is the mean over orders,
 * and may be below 0. The values add up to v(all) - v(none).
 *
 * <p>Each order is valued on one micro-batch, all micro-batches in turn, so that the standard
 * error, which is over orders, counts orders and samples alike. An order ends early once its
 * coalition is worth nearly as much as all: the rest gets 0. Orders are drawn until every standard
 * error is below {@value #PRECISION} of the largest value.
 *
 * <p>Ghorbani and Zou 2020 (Neuron Shapley), arXiv 2002.09815; Castro et al. 2009.
 */
final class Shapley {
  /** A coalition this near to the worth of all, relative to that of none, has no more to win. */
  static final double TOLERANCE = 0.01;

  /** Largest standard error at the end, relative to the largest absolute value. */
  static final double PRECISION = 0.05;

  /** Orders between two looks at the standard errors; with fewer they mean nothing. */
  private static final int CHECK = 32;

  /** Orders at most, whatever the budget. */
  private static final int MOST = 4096;

  private final DifferentiableModel model;
  private final List<Group> groups;
  private final Weights weights;
  private final double tolerance;
  private final Budget budget;

  private Shapley(
      DifferentiableModel model, ImportanceSettings settings, double tolerance, Budget budget) {
    this.model = model;
    this.groups = settings.grouping().of(model.parameters());
    this.weights = new Weights(model);
    this.tolerance = tolerance;
    this.budget = budget;
  }

  /**
   * Measures all groups.
   *
   * @param tolerance {@link #TOLERANCE}; 0 never ends an order early unless nothing is left to win
   * @throws ModelFailureException as {@link OwnPasses} says
   */
  static Measured over(
      DifferentiableModel model,
      ImportanceSettings settings,
      List<InferenceSample> samples,
      SplittableRandom random,
      double tolerance,
      Budget budget) {
    List<InferenceSample> usable = Counterfactual.usable(model, settings, samples);
    return new Shapley(model, settings, tolerance, budget).measure(settings, usable, random);
  }

  private Measured measure(
      ImportanceSettings settings, List<InferenceSample> samples, SplittableRandom random) {
    int microBatch = Measured.microBatchOfDraws(settings, samples);
    List<List<InferenceSample>> batches = MicroBatches.shuffled(samples, microBatch, random);
    List<double[]> rows = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    int needed = MOST;
    while (rows.size() < needed) {
      List<InferenceSample> batch = batches.get(rows.size() % batches.size());
      double[] row = credits(settings, batch, Shuffle.order(groups.size(), random));
      if (row == null) {
        break;
      }
      rows.add(row);
      sizes.add(batch.size());
      needed = rows.size() % CHECK == 0 ? needed(rows, sizes) : needed;
      budget.done(rows.size(), rows.size() < CHECK ? 0 : needed);
    }
    budget.requireAny(rows.size(), "an order of the groups");
    int met = Math.min(rows.size(), batches.size());
    List<Estimate> estimates = estimates(means(rows, met), sizes.subList(0, met));
    List<Measured.OfGroup> found = new ArrayList<>();
    for (int player = 0; player < groups.size(); player++) {
      found.add(Measured.of(groups.get(player), estimates.get(player), null));
    }
    int seen = sizes.subList(0, met).stream().mapToInt(Integer::intValue).sum();
    return new Measured(seen, microBatch, found);
  }

  /**
   * What each group adds in one order, summed over the samples; null where the budget is spent
   * before the end.
   */
  private double @Nullable [] credits(
      ImportanceSettings settings, List<InferenceSample> samples, int[] order) {
    if (budget.spent()) {
      return null;
    }
    Counterfactual batch = Counterfactual.of(model, settings, samples);
    double[] credits = new double[order.length];
    double none = worth(batch, order, 0);
    double before = none;
    for (int present = 1; present <= order.length; present++) {
      if (Math.abs(before) <= tolerance * Math.abs(none)) {
        break;
      }
      if (budget.spent()) {
        return null;
      }
      double after = present == order.length ? 0 : worth(batch, order, present);
      credits[order[present - 1]] = after - before;
      before = after;
    }
    return credits;
  }

  private double worth(Counterfactual batch, int[] order, int present) {
    List<Slice> absent =
        Arrays.stream(order, present, order.length)
            .mapToObj(player -> groups.get(player).slices())
            .flatMap(List::stream)
            .toList();
    return -batch.change(weights.with(absent, Edit.ZERO));
  }

  /** What each micro-batch credits to each group, the mean over its orders; it met every M-th. */
  private static List<double[]> means(List<double[]> rows, int batches) {
    List<double[]> means = new ArrayList<>();
    for (int batch = 0; batch < batches; batch++) {
      double[] mean = new double[rows.get(0).length];
      int orders = (rows.size() - batch + batches - 1) / batches;
      for (int row = batch; row < rows.size(); row += batches) {
        for (int player = 0; player < mean.length; player++) {
          mean[player] += rows.get(row)[player] / orders;
        }
      }
      means.add(mean);
    }
    return means;
  }

  /**
   * Orders after which every standard error is small enough, as those so far foretell: errors fall
   * with the square root. No more than there are if they are small enough now, else a multiple of
   * {@value #CHECK}.
   */
  private int needed(List<double[]> rows, List<Integer> sizes) {
    List<Estimate> estimates = estimates(rows, sizes);
    double largest = estimates.stream().mapToDouble(e -> Math.abs(e.mean())).max().orElse(0);
    double error =
        estimates.stream()
            .map(Estimate::stderr)
            .mapToDouble(stderr -> stderr == null ? Double.POSITIVE_INFINITY : stderr)
            .max()
            .orElse(0);
    if (error <= PRECISION * largest) {
      return rows.size();
    }
    double ratio = error / (PRECISION * largest);
    return (int) Math.min(MOST, CHECK * Math.ceil(rows.size() * ratio * ratio / CHECK));
  }

  private List<Estimate> estimates(List<double[]> rows, List<Integer> sizes) {
    int[] counts = sizes.stream().mapToInt(Integer::intValue).toArray();
    List<Estimate> estimates = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      int player = i;
      double[] sums = rows.stream().mapToDouble(row -> row[player]).toArray();
      estimates.add(Estimate.of(sums, counts));
    }
    return estimates;
  }
}
