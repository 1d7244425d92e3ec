package io.gradwatch.drift;

import java.util.Objects;

/** The reading of a window that was not accepted before. */
final class Readings {
  private Readings() {}

  static DriftReading of(DriftStep step) {
    return Objects.requireNonNull(step.reading(), "window was accepted before");
  }
}
