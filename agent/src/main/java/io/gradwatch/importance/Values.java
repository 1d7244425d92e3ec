package io.gradwatch.importance;

import io.gradwatch.importance.ImportanceSnapshot.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The numbers of a snapshot, from the sums of a sweep. */
final class Values {
  private Values() {}

  /** One method's numbers, one a group in the module's order; see {@link Value}. */
  static List<Value> of(Sweep sweep, ImportanceMethod method) {
    int samples = Arrays.stream(sweep.sizes()).sum();
    List<Estimate> estimates =
        sweep.groups().stream().map(sums -> estimate(method, sums, sweep.sizes())).toList();
    double total = estimates.stream().mapToDouble(Estimate::mean).sum();
    List<Value> values = new ArrayList<>(estimates.size());
    for (int group = 0; group < estimates.size(); group++) {
      Estimate estimate = estimates.get(group);
      values.add(
          new Value(
              estimate.mean(),
              estimate.stderr(),
              total > 0 ? estimate.mean() / total : 0,
              profile(method, sweep.groups().get(group), samples)));
    }
    return values;
  }

  private static Estimate estimate(ImportanceMethod method, Sweep.Sums sums, int[] sizes) {
    return switch (method) {
      case FISHER -> sums.fisher().estimate(sizes);
      case TAYLOR -> sums.taylor().estimate(sizes);
      case UNIT_TAYLOR -> sums.unitTaylor().estimate(sizes);
      case GRADIENT -> sums.fisher().estimate(sizes).rootPer(sums.group().elements());
      default -> throw notOfOnePass(method);
    };
  }

  private static @Nullable List<Float> profile(
      ImportanceMethod method, Sweep.Sums sums, int samples) {
    return switch (method) {
      case FISHER -> sums.fisher().profile(samples);
      case TAYLOR -> sums.taylor().profile(samples);
      case UNIT_TAYLOR -> sums.unitTaylor().profile(samples);
      case GRADIENT -> null;
      default -> throw notOfOnePass(method);
    };
  }

  private static IllegalArgumentException notOfOnePass(ImportanceMethod method) {
    return new IllegalArgumentException(method.label() + " does not come from the one pass");
  }
}
