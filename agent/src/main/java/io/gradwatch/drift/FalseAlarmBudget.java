package io.gradwatch.drift;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /**
   * Reads a budget from either grammar: {@code 1 per 90d} (units s, m, h, d, w) or {@code 10% in
   * 200 windows}.
   *
   * @throws IllegalArgumentException if the text is of neither grammar or a number is out of range
   */
  static FalseAlarmBudget parse(String text) {
    Matcher rate = Rate.FORM.matcher(text.strip());
    if (rate.matches()) {
      return new Rate(Integer.parseInt(rate.group(1)), DurationText.parse(rate.group(2)));
    }
    Matcher chance = Chance.FORM.matcher(text.strip());
    if (chance.matches()) {
      BigDecimal probability = new BigDecimal(chance.group(1)).movePointLeft(2);
      return new Chance(probability.doubleValue(), Integer.parseInt(chance.group(2)));
    }
    throw new IllegalArgumentException(
        "'%s' is no budget of false alarms; write '1 per 90d' or '10%% in 200 windows'"
            .formatted(text));
  }

  /** {@code count per period}. */
  record Rate(int count, Duration period) implements FalseAlarmBudget {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\s+per\\s+(\\S+)");

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

    /** The words that {@link #parse} reads, with the period in the largest of d, h, m, s. */
    @Override
    public String toString() {
      return count + " per " + DurationText.format(period);
    }
  }

  /** {@code percent in windows}. */
  record Chance(double probability, int windows) implements FalseAlarmBudget {
    private static final Pattern FORM =
        Pattern.compile("(\\d{1,3}(?:\\.\\d{1,9})?)\\s*%\\s+in\\s+(\\d{1,9})\\s+windows?");

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

    /** The words that {@link #parse} reads. */
    @Override
    public String toString() {
      BigDecimal percent =
          BigDecimal.valueOf(probability).movePointRight(2).round(MathContext.DECIMAL32);
      return "%s%% in %d windows".formatted(percent.stripTrailingZeros().toPlainString(), windows);
    }
  }
}
