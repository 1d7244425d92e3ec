package io.gradwatch.drift;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.distribution.continuous.BetaDistribution;
import org.hipparchus.stat.StatUtils;
import org.hipparchus.stat.descriptive.rank.Median;

/**
 * What is normal for one score.
 *
 * @param scored whether it varies beyond rounding error; a constant score takes no part in the
 *     alarm
 * @param values one a baseline window, in time's order; less the mean of the other windows of its
 *     slot where there is a seasonality
 * @param median of the values
 * @param deviation standard deviation of the values
 * @param dependence how the values hang together in time
 * @param slots what a window of each slot has in the mean, NaN for a slot without windows; empty
 *     without seasonality
 * @param slotError twice the standard error of such a mean, which every later window of the slot
 *     meets again; 0 without seasonality
 */
public record ScoreBaseline(
    boolean scored,
    List<Float> values,
    double median,
    double deviation,
    SerialDependence dependence,
    List<Double> slots,
    double slotError) {
  private static final int STRETCHES = SerialDependence.STRETCHES;

  /** Chance that a white score of any group looks as if it wandered. */
  private static final double MISTAKEN = 0.001;

  public ScoreBaseline {
    values = List.copyOf(values);
    slots = List.copyOf(slots);
  }

  /**
   * Summarises the values.
   *
   * @param raw one a window, in time's order
   * @param smallest deviation that is more than rounding error
   */
  static ScoreBaseline of(double[] raw, double smallest, Slots slots) {
    double[] values = slots.less(raw);
    List<Float> rounded = new ArrayList<>(values.length);
    for (double value : values) {
      rounded.add((float) value);
    }
    double deviation = Math.sqrt(StatUtils.variance(values));
    return new ScoreBaseline(
        deviation > smallest,
        rounded,
        new Median().evaluate(values),
        deviation,
        SerialDependence.of(values),
        slots.means(raw),
        slots.fewest() == 0 ? 0 : 2 * deviation / Math.sqrt(slots.fewest()));
  }

  /** Autocorrelations of the values; see {@link SerialDependence#correlations}. */
  double[] correlations() {
    return SerialDependence.correlations(values.stream().mapToDouble(Float::doubleValue).toArray());
  }

  /** The same with at least so large a share of its variance slow. */
  ScoreBaseline dependent(double share) {
    SerialDependence shared = dependence.atLeast(Math.sqrt(share) * deviation);
    return new ScoreBaseline(scored, values, median, deviation, shared, slots, slotError);
  }

  /** What is normal in a slot; 0 without seasonality, NaN in a slot that was never seen. */
  double level(int slot) {
    return slots.isEmpty() ? 0 : slots.get(slot);
  }

  /** Whether it is whole: {@code windows} finite values and, if any, {@code count} slots. */
  boolean holds(int windows, int count) {
    return values.size() == windows
        && values.stream().allMatch(Float::isFinite)
        && Double.isFinite(median)
        && Double.isFinite(deviation)
        && (slots.isEmpty() ? count == 1 : slots.size() == count);
  }

  /** The same, but never scored. */
  ScoreBaseline unscored() {
    return new ScoreBaseline(false, values, median, deviation, dependence, slots, slotError);
  }

  /** The effective minimum effect: max({@code minEffect}, 2 sigma_slow, the slots' error). */
  double deadband(double minEffect) {
    return Math.max(minEffect, Math.max(2 * dependence.slowDeviation(), slotError));
  }

  /**
   * Whether more than half of the variance lies between the fifths of the baseline while its size
   * matters: what the baseline saw of such a wander says too little of what is still to come.
   *
   * <p>Of white noise that share is Beta(2, (m - 5)/2), of which a short baseline has more than a
   * half by chance; so the bound is at least what white scores exceed in one baseline of a
   * thousand.
   *
   * @param scores how many are asked
   */
  boolean outlasted(double minEffect, int scores) {
    double chance =
        new BetaDistribution((STRETCHES - 1) / 2.0, Math.max(1, values.size() - STRETCHES) / 2.0)
            .inverseCumulativeProbability(1 - MISTAKEN / scores);
    return scored && dependence.wander() > Math.max(0.5, chance) && 2 * deviation > minEffect;
  }

  /**
   * Whether the median of recent values is back to normal: off by no more than the deadband or,
   * where that is smaller than its own error, twice the error of a median of that many values.
   */
  boolean covers(double[] recent, double minEffect) {
    double error = 1.25 * deviation / Math.sqrt(recent.length);
    return Math.abs(new Median().evaluate(recent) - median)
        <= Math.max(deadband(minEffect), 2 * error);
  }
}
