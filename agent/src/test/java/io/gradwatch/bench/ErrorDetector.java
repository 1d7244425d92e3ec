package io.gradwatch.bench;

import java.util.List;
import moa.classifiers.core.driftdetection.ChangeDetector;

/**
 * A detector of MOA with its defaults, on whether each row's answer was wrong; alarms if it signals
 * a change at any row of the window. It starts over by itself after a signal.
 */
final class ErrorDetector implements DriftDetector {
  private final ChangeDetector detector;

  ErrorDetector(ChangeDetector detector, List<DriftWindow> baseline) {
    this.detector = detector;
    baseline.forEach(this::judge);
  }

  @Override
  public Verdict judge(DriftWindow window) {
    boolean changed = false;
    for (int row = 0; row < window.rows().size(); row++) {
      detector.input(window.wrong(row) ? 1 : 0);
      changed |= detector.getChange();
    }
    return Verdict.of(changed);
  }

  @Override
  public boolean remembers() {
    return true;
  }
}
