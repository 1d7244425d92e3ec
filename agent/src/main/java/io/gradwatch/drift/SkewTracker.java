package io.gradwatch.drift;

import io.gradwatch.drift.Skew.GroupSkew;
import io.gradwatch.importance.ImportanceSnapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.stat.StatUtils;
import org.jspecify.annotations.Nullable;

/**
 * Compares the live windows of the last cycle with a reference file: training-serving skew.
 *
 * <p>Per score a two-sample test of the means, with the variance of both sides (Welch 1947): the
 * reference is a sample too, and its own error counts. What is tested is not whether there is any
 * difference, for with enough windows there always is one, but whether it is larger than {@code
 * min-effect}. Each side is cut into at most 20 blocks of consecutive windows whose means are taken
 * as independent, so that a slow wander widens the error (batch means). Holm's adjustment keeps the
 * chance that any group is named for nothing at {@value Skew#LEVEL}.
 *
 * <p>It is another question than drift: whether live traffic has been unlike the reference all the
 * time, which a baseline of live windows takes for normal. So nothing is accumulated over windows,
 * and nothing pages: each reading is a test of its own on nearly the same windows.
 *
 * <p>It is blind to wanders that are longer than a cycle, and to a reference that is no sample of
 * its time: a file that was sorted or balanced by class differs from any traffic.
 *
 * <p>Mutable, one thread. No clock, no chance.
 */
public final class SkewTracker {
  private static final int BLOCKS = 20;
  private static final int FEWEST = 10;
  private static final int MOST = 2_016;

  private final Baseline reference;
  private final DriftSettings settings;
  private final Scorer scorer;
  private final int capacity;
  private final Deque<WindowScores> windows = new ArrayDeque<>();

  /**
   * What a window changed.
   *
   * @param skew after it
   * @param kept its scores, to be kept under its start; null if it was not comparable
   * @param left starts of the windows that are no longer needed
   */
  public record Step(Skew skew, @Nullable WindowScores kept, List<Long> left) {}

  /**
   * Goes on where an earlier tracker stopped.
   *
   * @param earlier the scores kept, in the order of their starts; of another reference they are
   *     given up
   */
  public SkewTracker(Baseline reference, DriftSettings settings, Iterable<WindowScores> earlier) {
    this.reference = reference;
    this.settings = settings;
    scorer = new Scorer(reference, settings);
    long cycle = settings.cycle().dividedBy(settings.window());
    capacity = (int) Math.min(MOST, Math.max(settings.baselineWindows(), cycle));
    earlier.forEach(windows::add);
  }

  /** Takes the next window; one that was taken before changes nothing. */
  public Step accept(ImportanceSnapshot snapshot) {
    List<Long> left = new ArrayList<>();
    String difference = difference(snapshot);
    WindowScores kept = null;
    if (difference == null) {
      WindowScores scores = scorer.score(WindowContributions.of(snapshot, settings.method()));
      windows.removeIf(
          old -> {
            boolean stale = !old.fits(scorer) || old.start() >= scores.start();
            return stale && left.add(old.start());
          });
      left.remove(Long.valueOf(scores.start()));
      windows.add(scores);
      kept = scores;
      while (windows.size() > capacity) {
        left.add(windows.remove().start());
      }
    }
    return new Step(skew(difference), kept, left);
  }

  private @Nullable String difference(ImportanceSnapshot snapshot) {
    String defect = WindowContributions.defect(snapshot, settings.method());
    if (defect != null) {
      return defect;
    }
    Fingerprint live = Fingerprint.of(snapshot, settings).inTimeOf(reference.fingerprint());
    String change = reference.fingerprint().change(live);
    return change == null
        ? scorer.defect(WindowContributions.of(snapshot, settings.method()))
        : "the reference does not fit: " + change;
  }

  private Skew skew(@Nullable String difference) {
    int live = (int) windows.stream().filter(window -> window.fits(scorer)).count();
    String reason =
        difference == null && Math.min(live, reference.windows()) < FEWEST
            ? "%d live windows and %d of the reference, each side needs %d"
                .formatted(live, reference.windows(), FEWEST)
            : difference;
    return new Skew(reason, live, reference.windows(), reason == null ? groups() : List.of());
  }

  private List<GroupSkew> groups() {
    List<Scorer.Score> scores = scorer.scores();
    double[] effects = new double[scores.size()];
    double[] raw = new double[scores.size()];
    for (int i = 0; i < raw.length; i++) {
      int index = i;
      double[] live = windows.stream().mapToDouble(window -> window.values()[index]).toArray();
      double[] normal =
          scores.get(i).baseline().values().stream().mapToDouble(Float::doubleValue).toArray();
      effects[i] = StatUtils.mean(live) - StatUtils.mean(normal);
      raw[i] = p(live, normal, scores.get(i).minEffect());
    }
    double[] adjusted = holm(raw);
    List<GroupSkew> groups = new ArrayList<>();
    for (int group = 0; group < reference.groups().size(); group++) {
      Double scale = null;
      Double shape = null;
      double p = 1;
      for (int i = 0; i < raw.length; i++) {
        if (scores.get(i).group() == group) {
          scale = scores.get(i).shape() ? scale : (Double) effects[i];
          shape = scores.get(i).shape() ? (Double) effects[i] : shape;
          p = Math.min(p, adjusted[i]);
        }
      }
      if (scale != null || shape != null) {
        groups.add(new GroupSkew(reference.groups().get(group).name(), scale, shape, p));
      }
    }
    return groups;
  }

  /** Welch's test that the means differ by more than {@code effect}, to either side. */
  static double p(double[] live, double[] reference, double effect) {
    double[] a = blockMeans(live);
    double[] b = blockMeans(reference);
    double va = StatUtils.variance(a) / a.length;
    double vb = StatUtils.variance(b) / b.length;
    double beyond = Math.abs(StatUtils.mean(live) - StatUtils.mean(reference)) - effect;
    if (va + vb == 0) {
      return beyond > 0 ? 0 : 1;
    }
    double freedom = (va + vb) * (va + vb) / (va * va / (a.length - 1) + vb * vb / (b.length - 1));
    double upper =
        1 - new TDistribution(freedom).cumulativeProbability(beyond / Math.sqrt(va + vb));
    return Math.min(1, 2 * upper);
  }

  private static double[] blockMeans(double[] values) {
    int blocks = Math.min(BLOCKS, values.length);
    return IntStream.range(0, blocks)
        .mapToDouble(
            block ->
                StatUtils.mean(
                    Arrays.copyOfRange(
                        values,
                        block * values.length / blocks,
                        (block + 1) * values.length / blocks)))
        .toArray();
  }

  /** Holm's step-down adjustment (1979). */
  static double[] holm(double[] raw) {
    List<Integer> order =
        IntStream.range(0, raw.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> raw[i]))
            .toList();
    double[] adjusted = new double[raw.length];
    double largest = 0;
    for (int rank = 0; rank < order.size(); rank++) {
      int i = order.get(rank);
      largest = Math.max(largest, Math.min(1, (raw.length - rank) * raw[i]));
      adjusted[i] = largest;
    }
    return adjusted;
  }
}
