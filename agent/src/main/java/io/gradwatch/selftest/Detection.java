package io.gradwatch.selftest;

import java.util.List;
import org.hipparchus.stat.descriptive.rank.Median;
import org.jspecify.annotations.Nullable;

/**
 * What came of one shift over all runs that were calibrated and had not paged before it.
 *
 * @param injection the shift
 * @param runs that it was put into
 * @param delays of the runs that paged: windows from the first shifted one, which counts as 1
 * @param effect how far it moved the importance; null if it was put into no run
 */
public record Detection(
    Injection injection, int runs, List<Integer> delays, @Nullable Effect effect) {
  public Detection {
    delays = List.copyOf(delays);
  }

  /**
   * How far a shift moved the importance, as a mean over shifted windows until the page.
   *
   * @param group whose scale moved most
   * @param change of its mean contribution, as a ratio: 0.1 is 10 % more, -0.1 less
   * @param belowMinEffect whether no score of any group moved beyond its effective minimum effect,
   *     so that the shift is one that nobody needs to know of
   */
  public record Effect(String group, double change, boolean belowMinEffect) {}

  /** How many of the runs paged; null if there were none. */
  public @Nullable Proportion rate() {
    return runs == 0 ? null : new Proportion(delays.size(), runs);
  }

  /** Median over the runs that paged; null if none did. */
  public @Nullable Double medianDelay() {
    return median(delays);
  }

  static @Nullable Double median(List<Integer> delays) {
    return delays.isEmpty()
        ? null
        : (Double)
            new Median().evaluate(delays.stream().mapToDouble(Integer::doubleValue).toArray());
  }
}
