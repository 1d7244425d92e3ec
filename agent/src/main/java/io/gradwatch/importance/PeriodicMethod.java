package io.gradwatch.importance;

import java.time.Duration;

/**
 * A method with passes of its own, and how much of the device it may have.
 *
 * @param method none of {@link ImportanceMethod#onePassMethods}
 * @param every n: it runs on each n-th window, at least 1
 * @param budget device time a run, above 0; what is done by then is published
 */
public record PeriodicMethod(ImportanceMethod method, int every, Duration budget) {
  public PeriodicMethod {
    if (method.onePass()) {
      throw new IllegalArgumentException(
          "method %s comes with every window; name it under methods".formatted(method.label()));
    }
    if (every < 1) {
      throw new IllegalArgumentException("every is " + every + ", must be at least 1");
    }
    if (budget.isNegative() || budget.isZero()) {
      throw new IllegalArgumentException("budget is " + budget + ", must be above 0");
    }
  }
}
