package io.gradwatch.cli;

import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.FalseAlarmBudget;
import io.gradwatch.drift.Seasonality;
import io.gradwatch.importance.ImportanceMethod;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options that say when somebody would be told. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class DriftOptions {
  private static final int MOST_MINUTES = 24 * 60;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--alarm-on",
      paramLabel = "METHOD",
      defaultValue = "taylor",
      converter = ModelOptions.MethodConverter.class,
      description = "method that pages: taylor, fisher or unit-taylor (default: ${DEFAULT-VALUE})")
  ImportanceMethod method;

  @Option(
      names = "--false-alarms",
      defaultValue = "1 per 90d",
      paramLabel = "BUDGET",
      converter = BudgetConverter.class,
      description =
          "budget, for instance '1 per 90d' or '10%% in 200 windows' (default: ${DEFAULT-VALUE})")
  private FalseAlarmBudget falseAlarms;

  @Option(
      names = "--warnings",
      defaultValue = "1 per 1d",
      paramLabel = "BUDGET",
      converter = BudgetConverter.class,
      description = "budget of warnings (default: ${DEFAULT-VALUE})")
  private FalseAlarmBudget warnings;

  @Option(
      names = "--window-minutes",
      defaultValue = "5",
      paramLabel = "MINUTES",
      description =
          "length that a window of live traffic would have, for budgets in time (default: ${DEFAULT-VALUE})")
  private int minutes;

  @Option(
      names = "--baseline-windows",
      defaultValue = "100",
      paramLabel = "M",
      description = "windows that a baseline needs (default: ${DEFAULT-VALUE})")
  private int baselineWindows;

  @Option(
      names = "--min-effect",
      defaultValue = "0.1",
      paramLabel = "RATIO",
      description = "relative change that nobody needs to know of (default: ${DEFAULT-VALUE})")
  private double minEffect;

  /**
   * Length of a window in the budget's time.
   *
   * @throws IllegalArgumentException if it is no length of a window
   */
  Duration window() {
    if (minutes < 1 || minutes > MOST_MINUTES) {
      throw new IllegalArgumentException(
          "--window-minutes is %d, must be 1 to %d".formatted(minutes, MOST_MINUTES));
    }
    return Duration.ofMinutes(minutes);
  }

  /** A file has no daily cycle: its samples are taken to be of all times of the day. */
  DriftSettings settings() {
    return settings(1);
  }

  /**
   * The same for several alarm streams that share the budget.
   *
   * @param streams at least 1
   */
  DriftSettings settings(int streams) {
    return ModelOptions.usage(
        spec,
        () ->
            new DriftSettings(
                method,
                falseAlarms,
                warnings,
                streams,
                window(),
                Duration.ZERO,
                baselineWindows,
                minEffect,
                Seasonality.NONE));
  }

  /** Reads both grammars of a budget. */
  static final class BudgetConverter implements ITypeConverter<FalseAlarmBudget> {
    @Override
    public FalseAlarmBudget convert(String value) {
      try {
        return FalseAlarmBudget.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
