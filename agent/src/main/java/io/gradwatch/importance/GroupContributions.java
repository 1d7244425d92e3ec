package io.gradwatch.importance;

import io.gradwatch.importance.ContributorRequest.Units;
import io.gradwatch.importance.Contributors.TopParameter;
import io.gradwatch.importance.DifferentiableModel.UnitSums;
import io.gradwatch.importance.Group.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What single samples contribute to one group, and what its single parameters do. Mutable, for one
 * thread.
 */
final class GroupContributions {
  private final Group group;
  private final ImportanceMethod method;
  private final double[] samples;

  /** What counts of each unit. */
  private final double[] factors;

  /** The values and the sums of the scalars, one array a slice. */
  private final List<float[]> weights = new ArrayList<>();

  private final List<double[]> parameters = new ArrayList<>();

  /**
   * @param units that count; all alike if there are none
   * @param samples that will be added
   */
  GroupContributions(Group group, ImportanceMethod method, List<Units> units, int samples) {
    this.group = group;
    this.method = method;
    this.samples = new double[samples];
    factors = new double[group.units()];
    Arrays.fill(factors, units.isEmpty() ? 1 : 0);
    for (Units some : units) {
      Arrays.fill(factors, some.from(), Math.min(factors.length, some.to() + 1), some.weight());
    }
  }

  Group group() {
    return group;
  }

  /** Gets ready for {@link #addGradients}. */
  void prepare(DifferentiableModel model) {
    for (Slice slice : group.slices()) {
      weights.add(model.weights(slice.index()));
      parameters.add(new double[Math.toIntExact(slice.elements())]);
    }
  }

  /** Adds the contribution of a sample by its sums a unit. */
  void addSums(int sample, List<UnitSums> ofParameters) {
    int next = 0;
    for (Slice slice : group.slices()) {
      UnitSums sums = ofParameters.get(slice.index());
      for (int unit = slice.from(); unit < slice.to(); unit++) {
        samples[sample] += factors[next++] * ofUnit(sums, unit);
      }
    }
  }

  private double ofUnit(UnitSums sums, int unit) {
    return switch (method) {
      case TAYLOR -> sums.squaredProduct()[unit];
      case UNIT_TAYLOR -> (double) sums.product()[unit] * sums.product()[unit];
      default -> sums.squaredGradient()[unit];
    };
  }

  /** Adds the contribution of a sample by the whole of its gradient, and that of each scalar. */
  void addGradients(int sample, List<float[]> gradients) {
    int next = 0;
    for (int i = 0; i < group.slices().size(); i++) {
      Slice slice = group.slices().get(i);
      float[] gradient = gradients.get(slice.index());
      double[] sums = parameters.get(i);
      int each = sums.length / slice.units();
      for (int unit = 0; unit < slice.units(); unit++) {
        double product = 0;
        double squares = 0;
        for (int at = unit * each; at < (unit + 1) * each; at++) {
          int place = slice.from() * each + at;
          double factor = byGradient() ? 1 : weights.get(i)[place];
          double term = factor * gradient[place];
          product += term;
          squares += term * term;
          sums[at] += term * term;
        }
        double ofUnit = method == ImportanceMethod.UNIT_TAYLOR ? product * product : squares;
        samples[sample] += factors[next++] * ofUnit;
      }
    }
  }

  private boolean byGradient() {
    return method == ImportanceMethod.FISHER || method == ImportanceMethod.GRADIENT;
  }

  /** What a sample contributes, at least 0. */
  double of(int sample) {
    return Math.max(0, samples[sample]);
  }

  /** What all samples contribute together. */
  double total() {
    return IntStream.range(0, samples.length).mapToDouble(this::of).sum();
  }

  /** The scalars of the largest contributions, the largest first; none of 0. */
  List<TopParameter> top(int count) {
    double total = parameters.stream().flatMapToDouble(Arrays::stream).sum();
    if (!(total > 0 && total < Double.POSITIVE_INFINITY)) {
      return List.of();
    }
    Comparator<TopParameter> smallest = Comparator.comparingDouble(TopParameter::share);
    List<TopParameter> top = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      double[] sums = parameters.get(i);
      for (int at = 0; at < sums.length; at++) {
        boolean large = top.size() < count || sums[at] / total > top.get(count - 1).share();
        if (sums[at] > 0 && large) {
          top.add(scalar(group.slices().get(i), at, sums[at] / total));
          top.sort(smallest.reversed());
          if (top.size() > count) {
            top.remove(count);
          }
        }
      }
    }
    return List.copyOf(top);
  }

  private TopParameter scalar(Slice slice, int at, double share) {
    Parameter parameter = slice.parameter();
    long index = slice.from() * (parameter.elements() / parameter.units()) + at;
    List<Long> position = new ArrayList<>();
    long rest = index;
    for (int dimension = parameter.shape().size() - 1; dimension >= 0; dimension--) {
      position.add(0, rest % parameter.shape().get(dimension));
      rest /= parameter.shape().get(dimension);
    }
    return new TopParameter(group.name(), parameter.name(), index, position, share);
  }
}
