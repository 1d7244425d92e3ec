package io.gradwatch.selftest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a self-test found.
 *
 * @param plan how it was made
 * @param limit c, windows between false alarms that the budget allows
 * @param quiet the runs without drift, in time's order
 * @param detections one a shift; empty if none was put in
 */
public record SelfTestReport(
    Plan plan, double limit, List<QuietRun> quiet, List<Detection> detections) {
  public SelfTestReport {
    quiet = List.copyOf(quiet);
    detections = List.copyOf(detections);
  }

  /** The runs that say something of the budget. */
  public List<QuietRun> calibrated() {
    return quiet.stream().filter(run -> run.uncalibrated() == null).toList();
  }

  /** The runs that could promise nothing. */
  public List<QuietRun> uncalibrated() {
    return quiet.stream().filter(run -> run.uncalibrated() != null).toList();
  }

  /** The runs that paged. */
  public List<QuietRun> alarms() {
    return calibrated().stream().filter(run -> run.alarm() != null).toList();
  }

  /** How many calibrated runs paged; null if none was calibrated. */
  public @Nullable Proportion falseAlarms() {
    int runs = calibrated().size();
    return runs == 0 ? null : new Proportion(alarms().size(), runs);
  }

  /** What that says of the budget; null if no run was calibrated. */
  public @Nullable BudgetCheck check() {
    int runs = calibrated().size();
    return runs == 0 ? null : new BudgetCheck(plan.budget(), alarms().size(), runs);
  }

  /** How many shifts paged, over all kinds of them; null if none was put in. */
  public @Nullable Proportion detected() {
    int runs = shifts().stream().mapToInt(Detection::runs).sum();
    int found = shifts().stream().mapToInt(detection -> detection.delays().size()).sum();
    return runs == 0 ? null : new Proportion(found, runs);
  }

  /** Median delay over all kinds of shifts, of those that paged; null if none did. */
  public @Nullable Double medianDelay() {
    return Detection.median(
        shifts().stream().flatMap(detection -> detection.delays().stream()).toList());
  }

  private List<Detection> shifts() {
    return detections.stream()
        .filter(detection -> !detection.injection().name().equals(Injection.NONE))
        .toList();
  }
}
