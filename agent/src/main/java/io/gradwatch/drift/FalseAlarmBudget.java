package io.gradwatch.drift;

import java.time.Duration;

/**
 * How often somebody is willing to be woken for nothing.
 *
 * <p>Two grammars: {@code 1 per 90d} is a mean time between false alarms (the chance of one within
 * a single period is then about one half); {@code 10% in 200 windows} is a chance within a horizon.
 * Both come down to the average run length c of the alarm without drift, in windows.
 */
public sealed interface FalseAlarmBudget {
  /**
   * The evidence limit c: the average run length without drift is at least this many windows.
   *
   * @param window length of a window
   * @param streams alarm streams that share the budget (models x paging methods), at least 1
   */
  double limit(Duration window, int streams);

  /** {@code count per period}. */
  record Rate(int count, Duration period) implements FalseAlarmBudget {
    public Rate {
      if (count < 1 || period.isNegative() || period.isZero()) {
        throw new IllegalArgumentException(
            "a budget needs a count of at least 1 and a period above 0");
      }
    }

    @Override
    public double limit(Duration window, int streams) {
      return (double) period.toMillis() / window.toMillis() / count * streams;
    }
  }

  /** {@code percent in windows}. */
  record Chance(double probability, int windows) implements FalseAlarmBudget {
    public Chance {
      if (!(probability > 0 && probability < 1) || windows < 1) {
        throw new IllegalArgumentException(
            "a budget needs a chance between 0 and 1 and at least 1 window");
      }
    }

    @Override
    public double limit(Duration window, int streams) {
      return windows / probability * streams;
    }
  }
}
