package io.gradwatch.selftest;

import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.hipparchus.stat.descriptive.moment.Variance;

/**
 * The standard deviation of each feature of each input over some samples. Where an input comes in
 * several shapes, all its elements share one.
 *
 * <p>Immutable once made.
 */
final class FeatureSpread {
  private final List<double[]> deviations;

  private FeatureSpread(List<double[]> deviations) {
    this.deviations = deviations;
  }

  static FeatureSpread of(List<InferenceSample> samples) {
    int inputs = samples.stream().mapToInt(sample -> sample.inputs().size()).min().orElse(0);
    List<double[]> deviations = new ArrayList<>();
    for (int input = 0; input < inputs; input++) {
      deviations.add(of(samples, input));
    }
    return new FeatureSpread(deviations);
  }

  private static double[] of(List<InferenceSample> samples, int input) {
    long elements = samples.get(0).inputs().get(input).elements();
    boolean alike =
        samples.stream().allMatch(sample -> sample.inputs().get(input).elements() == elements);
    Variance[] variances = new Variance[alike ? Math.toIntExact(elements) : 1];
    for (int feature = 0; feature < variances.length; feature++) {
      variances[feature] = new Variance();
    }
    for (InferenceSample sample : samples) {
      double[] values = sample.inputs().get(input).values();
      for (int element = 0; element < values.length; element++) {
        variances[alike ? element : 0].increment(values[element]);
      }
    }
    double[] deviations = new double[variances.length];
    for (int feature = 0; feature < deviations.length; feature++) {
      deviations[feature] = Math.sqrt(variances[feature].getResult());
    }
    return deviations;
  }

  /** The deviation of one element; 0 for an input or a place that was not seen. */
  double at(int input, Tensor tensor, int element) {
    if (input >= deviations.size()) {
      return 0;
    }
    double[] features = deviations.get(input);
    int index = features.length == tensor.elements() ? element : 0;
    return index < features.length ? features[index] : 0;
  }
}
