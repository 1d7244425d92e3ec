package io.gradwatch.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.gradwatch.selftest.BudgetCheck;
import io.gradwatch.selftest.Detection;
import io.gradwatch.selftest.Proportion;
import io.gradwatch.selftest.QuietRun;
import io.gradwatch.selftest.SelfTestReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command {@code selftest} prints as JSON. What could not be told is null and still there.
 *
 * @param model name and digest of its file
 * @param samples a window
 * @param budget probability of any alarm in {@code windows} windows without drift, an upper bound
 * @param windows after the baseline in each run
 * @param falseAlarmRate observed part of the calibrated runs that alarmed
 * @param interval of the rate behind it, lower and upper end
 * @param intervalType two-sided 95 % Clopper-Pearson, of every interval here
 * @param detectionRate part of all shifts that were found, {@code none} not among them
 * @param medianDelayWindows of those that were found: windows from the first shifted one, as 1
 * @param runs independent ones, in time's order
 * @param calibratedRuns those that say something of the budget
 * @param uncalibratedRuns those that say nothing
 * @param alarms runs that alarmed
 * @param probability of so many alarms or more if the budget just holds
 * @param contradictedFrom fewest alarms that would speak against the budget; null if none would
 * @param contradicted whether these do
 * @param limit windows between false alarms that the budget allows on average
 * @param baselineWindows in each run
 * @param injectedAfterWindows quiet windows before a shift
 * @param patienceWindows in which a shift has to be found
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record SelfTestView(
    String model,
    int samples,
    double budget,
    int windows,
    @Nullable Double falseAlarmRate,
    @Nullable List<Double> interval,
    String intervalType,
    @Nullable Double detectionRate,
    @Nullable Double medianDelayWindows,
    int runs,
    int calibratedRuns,
    int uncalibratedRuns,
    int alarms,
    @Nullable Double probability,
    @Nullable Integer contradictedFrom,
    boolean contradicted,
    double limit,
    int baselineWindows,
    int injectedAfterWindows,
    int patienceWindows,
    List<Alarm> falseAlarms,
    List<Uncalibrated> uncalibrated,
    List<Shift> shifts,
    List<String> notInjected) {

  /**
   * A run that alarmed.
   *
   * @param window from 1 after the baseline
   * @param start event time at which it starts, milliseconds since 1970-01-01 UTC
   */
  record Alarm(int run, @Nullable Integer window, @Nullable Long start) {}

  /** A run that could promise nothing. */
  record Uncalibrated(int run, @Nullable String reason) {}

  /**
   * One kind of shift.
   *
   * @param runs that it was put into
   * @param effect largest change of a group's importance; null without runs
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Shift(
      String shift,
      String description,
      int runs,
      int detected,
      @Nullable Double detectionRate,
      @Nullable List<Double> interval,
      @Nullable Double medianDelayWindows,
      Detection.@Nullable Effect effect) {
    static Shift of(Detection detection) {
      Proportion rate = detection.rate();
      return new Shift(
          detection.injection().name(),
          detection.injection().description(),
          detection.runs(),
          detection.delays().size(),
          rate(rate),
          bounds(rate),
          detection.medianDelay(),
          detection.effect());
    }
  }

  static SelfTestView of(SelfTestReport report, SelfTestSubject subject) {
    Proportion alarms = report.falseAlarms();
    BudgetCheck check = report.check();
    return new SelfTestView(
        subject.version(),
        subject.samples(),
        report.plan().budget(),
        report.plan().windows(),
        rate(alarms),
        bounds(alarms),
        Proportion.INTERVAL,
        rate(report.detected()),
        report.medianDelay(),
        report.quiet().size(),
        report.calibrated().size(),
        report.uncalibrated().size(),
        report.alarms().size(),
        check == null ? null : (Double) check.chance(),
        check == null ? null : check.contradictedFrom(),
        check != null && check.contradicted(),
        report.limit(),
        report.plan().baselineWindows(),
        report.plan().injectAfter(),
        report.plan().patience(),
        report.alarms().stream().map(SelfTestView::alarm).toList(),
        report.uncalibrated().stream()
            .map(run -> new Uncalibrated(run.run(), run.uncalibrated()))
            .toList(),
        report.detections().stream().map(Shift::of).toList(),
        subject.injections().leftOut());
  }

  private static Alarm alarm(QuietRun run) {
    return new Alarm(run.run(), run.alarm(), run.alarmStart());
  }

  private static @Nullable Double rate(@Nullable Proportion proportion) {
    return proportion == null ? null : (Double) proportion.rate();
  }

  private static @Nullable List<Double> bounds(@Nullable Proportion proportion) {
    return proportion == null ? null : List.of(proportion.lower(), proportion.upper());
  }
}
