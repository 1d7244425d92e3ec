package io.gradwatch.selftest;

import io.gradwatch.drift.DriftSettings;
import org.jspecify.annotations.Nullable;

/**
 * How a recording is split into runs: one after the other in time, none sharing a window with
 * another, each a baseline and the windows that follow it. Nothing is drawn twice: windows that are
 * resampled from a pool are more alike than live ones and would flatter the detector.
 *
 * @param baselineWindows m, as many as the settings ask of a baseline
 * @param windows T, quiet windows after each baseline
 * @param runs as many as there is room for, at least 1
 * @param injectAfter quiet windows before a shift is put in, a quarter of T
 * @param patience windows in which the shift must page
 * @param budget probability T/c that a run without drift alarms, below 1
 */
public record Plan(
    int baselineWindows, int windows, int runs, int injectAfter, int patience, double budget) {
  /** Baseline lengths below which a recording says nothing: a baseline, and twice as much after. */
  private static final int SHORTEST = 3;

  /** What is asked for; null leaves it to the plan. */
  public record Wish(@Nullable Integer windows, @Nullable Integer runs, int patience) {
    public Wish {
      if (windows != null && windows < 1) {
        throw new IllegalArgumentException("windows is " + windows + ", must be at least 1");
      }
      if (runs != null && runs < 1) {
        throw new IllegalArgumentException("runs is " + runs + ", must be at least 1");
      }
      if (patience < 1) {
        throw new IllegalArgumentException("patience is " + patience + ", must be at least 1");
      }
    }

    /** Windows after each baseline, where none are asked for twice its length. */
    public int windows(DriftSettings settings) {
      return windows == null ? (SHORTEST - 1) * baselineWindows(settings) : windows;
    }
  }

  /**
   * Splits a recording.
   *
   * @param available windows of the recording
   * @throws IllegalArgumentException if it is too short, or so many windows may alarm within the
   *     budget that no number of alarms would say anything
   */
  public static Plan of(DriftSettings settings, int available, Wish wish) {
    int baseline = baselineWindows(settings);
    if (available < SHORTEST * baseline) {
      throw new IllegalArgumentException(
          "the history has %d windows, a self-test needs at least %d, three times the baseline's length of %d; give a longer one"
              .formatted(available, SHORTEST * baseline, baseline));
    }
    int windows = wish.windows(settings);
    if (baseline + windows > available) {
      throw new IllegalArgumentException(
          "a run of %d windows after a baseline of %d needs %d, there are %d; ask for fewer"
              .formatted(windows, baseline, baseline + windows, available));
    }
    double limit = settings.pageLimit();
    if (windows >= limit) {
      throw new IllegalArgumentException(
          "the budget allows an alarm in every %.0f windows: no number of alarms in runs of %d would speak against it; ask for fewer windows"
              .formatted(limit, windows));
    }
    int room = available / (baseline + windows);
    int injectAfter = windows / 4;
    return new Plan(
        baseline,
        windows,
        wish.runs() == null ? room : Math.min(room, wish.runs()),
        injectAfter,
        Math.min(wish.patience(), windows - injectAfter),
        windows / limit);
  }

  /** Windows that a baseline takes under the settings. */
  public static int baselineWindows(DriftSettings settings) {
    long window = settings.window().toMillis();
    long span = (settings.baselineSpan().toMillis() + window - 1) / window;
    return Math.toIntExact(Math.max(settings.baselineWindows(), span));
  }

  /** Windows of one run. */
  public int length() {
    return baselineWindows + windows;
  }
}
