package io.gradwatch.drift;

import io.gradwatch.importance.Histogram;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many features have another distribution in a window than in the baseline: the two-sample
 * Kolmogorov-Smirnov test of each, with Bonferroni's correction, at {@value #LEVEL} for all
 * features of a window together.
 *
 * <p>The plain input drift that most monitors have, on binned counts: the largest difference
 * between two distribution functions is looked for at the bins' edges alone, so the distance is at
 * most that of the values themselves, and less by at most what one bin holds. The test is
 * conservative, the more so for features of few values.
 *
 * <p>Significance is no size: with enough rows every difference is significant. So the distance
 * stands beside the number, and a window is only {@linkplain #notable told of} where the distance
 * is at least {@value #NOTABLE}.
 *
 * <p>It is blind to features that move together while each keeps its distribution, and it knows no
 * time: an hour of the day that differs from the baseline's mean moves every day, whatever the
 * {@link Seasonality}. It sees nothing of what the model makes of a feature.
 *
 * <p>Smirnov 1939; Rabanser et al. 2019, arXiv 1810.11953.
 *
 * @param features that a row has
 * @param compared those that are counted, see {@link io.gradwatch.importance.TrafficSummary}
 * @param moved those whose p is at most {@value #LEVEL} / compared
 * @param distance the largest difference of the distribution functions of any of them, 0 to 1
 * @param farthest name of the feature that has it; null where no feature differs
 * @param adjustedP the smallest p times compared, at most 1: the chance of such a window where
 *     nothing moved
 */
public record FeatureDrift(
    int features,
    int compared,
    int moved,
    double distance,
    @Nullable String farthest,
    double adjustedP) {
  static final double LEVEL = 0.01;
  private static final double NOTABLE = 0.1;

  /**
   * Compares features one by one.
   *
   * @param reference counts of the baseline
   * @param live counts of the window, of the same features in the same bins
   * @return null where there is no feature, or no row in one of the two
   */
  static @Nullable FeatureDrift of(int features, List<Histogram> reference, List<Histogram> live) {
    if (live.isEmpty() || live.get(0).total() == 0 || reference.get(0).total() == 0) {
      return null;
    }
    int moved = 0;
    double farthest = 0;
    String name = null;
    double smallest = 1;
    for (int i = 0; i < live.size(); i++) {
      KolmogorovSmirnov test = KolmogorovSmirnov.of(reference.get(i), live.get(i));
      moved += test.p() <= LEVEL / live.size() ? 1 : 0;
      smallest = Math.min(smallest, test.p());
      if (test.distance() > farthest) {
        farthest = test.distance();
        name = live.get(i).name();
      }
    }
    double adjusted = Math.min(1, live.size() * smallest);
    return new FeatureDrift(features, live.size(), moved, farthest, name, adjusted);
  }

  /** Whether it is worth a reader's time: significant, and not small either. */
  public boolean notable() {
    return moved > 0 && distance >= NOTABLE;
  }
}
