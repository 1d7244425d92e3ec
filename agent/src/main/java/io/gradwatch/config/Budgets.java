package io.gradwatch.config;

import io.gradwatch.drift.FalseAlarmBudget;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a {@link FalseAlarmBudget} in either of its grammars. */
final class Budgets {
  private static final Pattern RATE =
      Pattern.compile("([0-9]{1,6}) per (" + Units.TIME.pattern() + ")");
  private static final Pattern CHANCE =
      Pattern.compile("([0-9]{1,2}(?:\\.[0-9]{1,9})?)% in ([0-9]{1,9}) windows");

  private Budgets() {}

  static FalseAlarmBudget parse(String text) {
    Matcher rate = RATE.matcher(text);
    if (rate.matches()) {
      return new FalseAlarmBudget.Rate(
          Integer.parseInt(rate.group(1)), Duration.ofMillis(Units.TIME.parse(rate.group(2))));
    }
    Matcher chance = CHANCE.matcher(text);
    if (chance.matches()) {
      return new FalseAlarmBudget.Chance(
          Double.parseDouble(chance.group(1)) / 100, Integer.parseInt(chance.group(2)));
    }
    throw new IllegalArgumentException("'" + text + "' is not a budget of false alarms");
  }
}
