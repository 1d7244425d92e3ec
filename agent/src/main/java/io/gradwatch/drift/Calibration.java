package io.gradwatch.drift;

import io.gradwatch.importance.TrafficSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The making of a baseline from the first live windows.
 *
 * <p>A baseline is tried once there are {@code baseline-windows} that cover a cycle. If it cannot
 * carry the budget, because the traffic wanders for longer than it lasts, it is tried again with
 * twice the windows: not with every further one, because whoever tries often enough passes by
 * chance. After sixteen times {@code baseline-windows} it gives up.
 *
 * <p>Mutable in the windows collected, one thread.
 */
final class Calibration {
  private static final int PATIENCE = 16;

  private final DriftSettings settings;
  private final List<WindowContributions> collected = new ArrayList<>();

  /**
   * What one window changed.
   *
   * @param state after it
   * @param baseline that is complete with it; else null
   * @param kept whether the window is to be kept
   * @param dropped starts of the windows that are no longer needed
   */
  record Outcome(
      CalibrationState state, @Nullable Baseline baseline, boolean kept, List<Long> dropped) {}

  Calibration(DriftSettings settings, Iterable<WindowContributions> earlier) {
    this.settings = settings;
    earlier.forEach(collected::add);
  }

  Outcome accept(
      CalibrationState state,
      WindowContributions window,
      Fingerprint fingerprint,
      @Nullable TrafficSummary traffic) {
    Fingerprint before = state.fingerprint();
    String change = before == null ? null : before.change(fingerprint);
    if (change != null) {
      List<Long> dropped = clear();
      collected.add(window);
      return new Outcome(restarted(fingerprint, change, traffic), null, true, dropped);
    }
    if (state.attemptAt() > PATIENCE * settings.baselineWindows()) {
      return new Outcome(state, null, false, List.of());
    }
    collected.add(window);
    TrafficSummary pooled = TrafficSummary.pool(state.traffic(), traffic);
    CalibrationState next =
        new CalibrationState(fingerprint, state.attemptAt(), state.shortcoming(), pooled);
    if (windows() < Math.max(settings.baselineWindows(), state.attemptAt())
        || covered().compareTo(settings.baselineSpan()) < 0) {
      return new Outcome(next, null, true, List.of());
    }
    Baseline baseline = Baseline.of(fingerprint, collected, pooled);
    String shortcoming = baseline.shortcoming(settings);
    return shortcoming == null
        ? new Outcome(CalibrationState.START, baseline, false, clearBut(window))
        : new Outcome(
            new CalibrationState(fingerprint, 2 * windows(), shortcoming, pooled),
            null,
            true,
            List.of());
  }

  /** Windows collected so far that a baseline can be made of. */
  int windows() {
    return settings.seasonality().known(collected).size();
  }

  /** Where it stands, in a few words. */
  String progress(CalibrationState state) {
    String shortcoming = state.shortcoming();
    if (shortcoming != null && state.attemptAt() == 0) {
      return "the windows are not alike: %s; begun anew, %s".formatted(shortcoming, progress());
    }
    if (shortcoming != null) {
      return state.attemptAt() > PATIENCE * settings.baselineWindows()
          ? shortcoming + "; given up, lengthen the window"
          : "%s; tried again at %d windows, %d now"
              .formatted(shortcoming, state.attemptAt(), windows());
    }
    return progress();
  }

  private String progress() {
    return windows() < settings.baselineWindows()
        ? "%d of %d windows".formatted(windows(), settings.baselineWindows())
        : "%d windows cover %s of %s"
            .formatted(
                windows(),
                DurationText.format(covered()),
                DurationText.format(settings.baselineSpan()));
  }

  /** Forgets the windows and returns their starts. */
  List<Long> clear() {
    List<Long> starts = collected.stream().map(WindowContributions::start).toList();
    collected.clear();
    return starts;
  }

  private List<Long> clearBut(WindowContributions unkept) {
    return clear().stream().filter(start -> start != unkept.start()).toList();
  }

  private static CalibrationState restarted(
      Fingerprint fingerprint, String change, @Nullable TrafficSummary traffic) {
    return new CalibrationState(fingerprint, 0, change, traffic);
  }

  private Duration covered() {
    return Duration.ofMillis(WindowContributions.covered(settings.seasonality().known(collected)));
  }
}
