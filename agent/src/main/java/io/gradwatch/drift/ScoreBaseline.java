package io.gradwatch.drift;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.stat.StatUtils;
import org.hipparchus.stat.descriptive.rank.Median;

/**
 * What is normal for one score.
 *
 * @param scored whether it varies beyond rounding error; a constant score takes no part in the
 *     alarm
 * @param values one a baseline window, in time's order
 * @param median of the values
 * @param deviation standard deviation of the values
 * @param dependence how the values hang together in time
 */
public record ScoreBaseline(
    boolean scored,
    List<Float> values,
    double median,
    double deviation,
    SerialDependence dependence) {
  public ScoreBaseline {
    values = List.copyOf(values);
  }

  /**
   * Summarises the values.
   *
   * @param smallest deviation that is more than rounding error
   */
  static ScoreBaseline of(double[] values, double smallest) {
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
        SerialDependence.of(values));
  }

  /** The same, but never scored. */
  ScoreBaseline unscored() {
    return new ScoreBaseline(false, values, median, deviation, dependence);
  }

  /** The effective minimum effect: max({@code minEffect}, twice the slow deviation). */
  double deadband(double minEffect) {
    return Math.max(minEffect, 2 * dependence.slowDeviation());
  }

  /**
   * Whether more than half of the variance lies between the fifths of the baseline while its size
   * matters: what the baseline saw of such a wander says too little of what is still to come.
   */
  boolean outlasted(double minEffect) {
    return scored && dependence.wander() > 0.5 && 2 * deviation > minEffect;
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
