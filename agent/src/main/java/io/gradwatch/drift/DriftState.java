package io.gradwatch.drift;

/**
 * All that a {@link DriftTracker} remembers besides its baseline, its pool and the windows that it
 * collects: one small value a model version, replaced with every window.
 *
 * @param format version of the JSON form, {@value #FORMAT}
 * @param lastStart start of the last window accepted, milliseconds since 1970-01-01 UTC; {@link
 *     Long#MIN_VALUE} before the first
 * @param calibration how far the baseline has come
 * @param watch what has been seen since the baseline
 */
public record DriftState(
    int format, long lastStart, CalibrationState calibration, WatchState watch) {
  public static final int FORMAT = 1;

  /** Before the first window. */
  public static final DriftState START =
      new DriftState(FORMAT, Long.MIN_VALUE, CalibrationState.START, WatchState.NONE);

  public DriftState {
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "drift state has format %d, must be %d; delete it to calibrate anew"
              .formatted(format, FORMAT));
    }
  }

  DriftState at(long start) {
    return new DriftState(format, start, calibration, watch);
  }

  DriftState with(CalibrationState calibration) {
    return new DriftState(format, lastStart, calibration, watch);
  }

  DriftState with(WatchState watch) {
    return new DriftState(format, lastStart, calibration, watch);
  }
}
