package io.gradwatch.drift;

import io.gradwatch.importance.ImportanceMethod;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When somebody is told.
 *
 * @param method the one that pages
 * @param falseAlarms budget of pages
 * @param warnings budget of warnings; laxer than {@code falseAlarms}
 * @param streams alarm streams in the whole configuration, which share {@code falseAlarms}; at
 *     least 1
 * @param window length of a window
 * @param cycle longest period after which the traffic repeats itself; a baseline covers at least
 *     one
 * @param baselineWindows windows that a baseline holds at least, 20 to 10,000
 * @param minEffect relative change of a group's importance that nobody needs to know of, 0 to 1:
 *     0.1 is a deadband of log 1.1 on a scale and 0.01 on a shape
 * @param seasonality which windows are normal in the same way
 * @param inputs how the model's inputs are made of messages, in the words of the configuration;
 *     null for what arrives, as it arrives
 */
public record DriftSettings(
    ImportanceMethod method,
    FalseAlarmBudget falseAlarms,
    FalseAlarmBudget warnings,
    int streams,
    Duration window,
    Duration cycle,
    int baselineWindows,
    double minEffect,
    Seasonality seasonality,
    @Nullable String inputs) {
  public DriftSettings {
    if (method == ImportanceMethod.GRADIENT) {
      throw new IllegalArgumentException(
          "'gradient' is shown and never scored; alarm on taylor or fisher");
    }
    if (streams < 1) {
      throw new IllegalArgumentException("streams is " + streams + ", must be at least 1");
    }
    if (baselineWindows < 20 || baselineWindows > 10_000) {
      throw new IllegalArgumentException(
          "baseline-windows is " + baselineWindows + ", must be 20 to 10000");
    }
    if (!(minEffect >= 0 && minEffect <= 1)) {
      throw new IllegalArgumentException("min-effect is " + minEffect + ", must be 0 to 1");
    }
  }

  /** Of a model that takes what arrives, as it arrives. */
  public DriftSettings(
      ImportanceMethod method,
      FalseAlarmBudget falseAlarms,
      FalseAlarmBudget warnings,
      int streams,
      Duration window,
      Duration cycle,
      int baselineWindows,
      double minEffect,
      Seasonality seasonality) {
    this(
        method,
        falseAlarms,
        warnings,
        streams,
        window,
        cycle,
        baselineWindows,
        minEffect,
        seasonality,
        null);
  }

  /** Event time that a baseline covers at least. */
  public Duration baselineSpan() {
    Duration season = seasonality.span(window);
    return cycle.compareTo(season) < 0 ? season : cycle;
  }

  /** Evidence at which a page goes out. */
  public double pageLimit() {
    return falseAlarms.limit(window, streams);
  }

  /** Evidence at which a warning is shown. */
  public double warningLimit() {
    return warnings.limit(window, streams);
  }
}
