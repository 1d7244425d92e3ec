package io.gradwatch.drift;

/** Where a model stands. */
public enum DriftStatus {
  /** The baseline is still being made. */
  CALIBRATING,
  /** Within the budget of warnings. */
  STABLE,
  /** The evidence passed the limit of warnings. */
  WARNING,
  /** The evidence passed the limit of pages, and the traffic has not recovered since. */
  DRIFT,
  /** The false-alarm budget cannot be promised; the reading says why. */
  UNCALIBRATED
}
