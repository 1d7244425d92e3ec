package io.gradwatch.bench;

import io.gradwatch.drift.ConceptTracker;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.DriftTracker;
import io.gradwatch.drift.FalseAlarmBudget;
import io.gradwatch.drift.Seasonality;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** The two trackers as {@code gradwatch backtest} runs them; alarms when a page goes out. */
final class GradwatchDetector implements DriftDetector {
  /** Average run length to a false alarm, in windows. */
  static final int LIMIT = 2_000;

  private static final DriftSettings SETTINGS =
      new DriftSettings(
          ImportanceMethod.TAYLOR,
          FalseAlarmBudget.parse("10% in 200 windows"),
          FalseAlarmBudget.parse("1 per 1d"),
          1,
          WatchedModel.LENGTH,
          Duration.ZERO,
          DriftRun.BASELINE,
          0.1,
          Seasonality.NONE);

  private final Function<ImportanceSnapshot, DriftReading> tracker;
  private boolean drifting;

  private GradwatchDetector(
      List<DriftWindow> baseline, Function<ImportanceSnapshot, DriftReading> tracker) {
    this.tracker = tracker;
    baseline.forEach(this::judge);
  }

  static GradwatchDetector traffic(List<DriftWindow> baseline) {
    DriftTracker tracker = DriftTracker.start(SETTINGS, null);
    return new GradwatchDetector(baseline, snapshot -> tracker.accept(snapshot).reading());
  }

  static GradwatchDetector concept(List<DriftWindow> baseline) {
    ConceptTracker tracker = ConceptTracker.start(SETTINGS, WatchedModel.WINDOW);
    return new GradwatchDetector(
        baseline, snapshot -> tracker.accept(snapshot).orElseThrow().reading());
  }

  @Override
  public Verdict judge(DriftWindow window) {
    DriftStatus status = tracker.apply(window.importance()).status();
    boolean before = drifting;
    drifting = status == DriftStatus.DRIFT;
    boolean promises = status != DriftStatus.UNCALIBRATED && status != DriftStatus.CALIBRATING;
    return promises ? Verdict.of(drifting && !before) : Verdict.ABSTAINS;
  }

  @Override
  public boolean remembers() {
    return true;
  }
}
