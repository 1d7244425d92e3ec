package io.gradwatch.compare;

import io.gradwatch.importance.Grouping;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where in the depth of a model its importance lies, so that models of other architectures can be
 * laid beside each other.
 *
 * <p>The n modules that have parameters follow each other in the order in which the model registers
 * them, and module i covers the depths i/n to (i + 1)/n. Its share is spread evenly over these and
 * summed into bins of equal width.
 *
 * <p>It is blind to how the model really runs: modules that are registered in another order than
 * they run, or that run side by side, stand where they were registered.
 *
 * @param modules that have parameters, at least 1
 * @param bins share of each, from the inputs to the outputs, adding up to 1
 * @param centre mean depth of the importance, 0 to 1
 */
public record DepthProfile(int modules, List<Double> bins, double centre) {
  /** How many bins there are. */
  public static final int BINS = 10;

  public DepthProfile {
    bins = List.copyOf(bins);
  }

  /**
   * The profile of one model.
   *
   * @param grouping what the snapshot's groups are, tensors or modules
   */
  public static DepthProfile of(
      ImportanceSnapshot snapshot, ImportanceMethod method, Grouping grouping) {
    Map<String, Double> shares = new LinkedHashMap<>();
    for (GroupImportance group : snapshot.groups()) {
      double share = VersionComparison.value(group, method).share();
      shares.merge(grouping == Grouping.MODULE ? group.name() : module(group), share, Double::sum);
    }
    double[] bins = new double[BINS];
    double centre = 0;
    int module = 0;
    for (double share : shares.values()) {
      double from = (double) module / shares.size();
      double to = (double) ++module / shares.size();
      for (int bin = 0; bin < BINS; bin++) {
        double covered = Math.min(to, (bin + 1.0) / BINS) - Math.max(from, (double) bin / BINS);
        bins[bin] += share * Math.max(0, covered) / (to - from);
      }
      centre += share * (from + to) / 2;
    }
    List<Double> list = new ArrayList<>();
    for (double bin : bins) {
      list.add(bin);
    }
    return new DepthProfile(shares.size(), list, centre);
  }

  /** A tensor's module is its name up to the last dot. */
  private static String module(GroupImportance group) {
    int dot = group.name().lastIndexOf('.');
    return dot < 0 ? "" : group.name().substring(0, dot);
  }
}
