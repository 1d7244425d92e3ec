package io.gradwatch.drift;

import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.importance.ImportanceSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Follows the parameter importance of one model version from window to window and says when it has
 * drifted, within a stated budget of false alarms.
 *
 * <p>First it makes a {@link Baseline}, unless it is given one. Then every window's {@linkplain
 * Scorer scores} are shrunk by their deadbands, {@linkplain Pool ranked} among all windows before,
 * and bet on as {@linkplain Evidence evidence}; M is the mean over all one-sided scores, and M at c
 * or above pages. E[M] after t windows without drift is at most t, so the average run length is at
 * least c and the chance of an alarm within T windows at most T/c. After an alarm the windows since
 * the onset leave the pool, and the status stays {@link DriftStatus#DRIFT} until the traffic
 * recovers or another baseline is given.
 *
 * <p>Why this and not a threshold on a distance: nobody can choose the threshold. Why not MEWMA or
 * CUSUM with estimated parameters: at a budget of 10 % in 200 windows they alarm in 16 to 99 % of
 * quiet runs.
 *
 * <p>It is blind to a drift that was there from the first window of the baseline on; to one within
 * the deadbands; to one that comes so weakly that it is not found within about twice the baseline's
 * length, for the pool learns it as normal; and to traffic that moves the inputs while the model
 * relies on its parameters as before, which is the purpose.
 *
 * <p>One caller, one thread. What must survive a restart is handed out with every {@link
 * DriftStep}; resumed with it, the readings go on as if nothing had happened. No clock, no chance.
 *
 * <p>Vovk, arXiv 2006.02329; Volkhonskiy et al., arXiv 1706.03415; Shin, Ramdas and Rinaldo, arXiv
 * 2203.03532.
 */
public final class DriftTracker {
  private final DriftSettings settings;
  private final Calibration calibration;
  private final List<Long> stalePool = new ArrayList<>();
  private final List<Long> staleCollected = new ArrayList<>();
  private final List<Long> shelvedPool = new ArrayList<>();
  private final boolean replaceable;
  private DriftState state;
  private @Nullable Reference reference;

  /** A window in the forms that are needed of it. */
  private record Live(
      ImportanceSnapshot snapshot, WindowContributions window, Fingerprint fingerprint) {}

  private DriftTracker(
      DriftSettings settings,
      @Nullable Baseline baseline,
      boolean replaceable,
      DriftState state,
      Iterable<WindowScores> pool,
      Iterable<WindowContributions> collected) {
    this.settings = settings;
    this.replaceable = replaceable;
    calibration = new Calibration(settings, collected);
    if (baseline == null) {
      boolean continued = WatchState.NONE.baseline().equals(state.watch().baseline());
      pool.forEach(scores -> stalePool.add(scores.start()));
      this.state = continued ? state : state.with(WatchState.NONE);
    } else {
      Scorer scorer = new Scorer(baseline, settings);
      boolean continued =
          baseline.id().equals(state.watch().baseline()) && state.watch().fits(scorer);
      List<WindowScores> known = new ArrayList<>();
      for (WindowScores scores : pool) {
        if (continued && scores.fits(scorer)) {
          known.add(scores);
        } else {
          stalePool.add(scores.start());
        }
      }
      Reference given = Reference.of(baseline, settings, known);
      reference = given;
      if (given.watch() == null) {
        known.forEach(scores -> shelvedPool.add(scores.start()));
      }
      DriftState kept = continued ? state : state.with(given.quiet());
      if (!continued || !replaceable) {
        staleCollected.addAll(calibration.clear());
        kept = kept.with(CalibrationState.START);
      }
      this.state = kept;
    }
  }

  /**
   * Goes on where an earlier tracker stopped, or starts anew.
   *
   * <p>With another baseline than the one before, or with none, what was gathered against that one
   * is given up and leaves the stores with the next step.
   *
   * @param settings may differ from the earlier ones; the evidence is kept
   * @param baseline the one to compare with; null to make it of the windows to come
   * @param replaceable whether another one is made of the windows to come where the baseline does
   *     not fit them or cannot carry the budget. It takes over once it is complete; until then the
   *     windows are {@link DriftStatus#UNCALIBRATED}, and the first one that fits ends the attempt.
   * @param state the last one handed out; {@link DriftState#START} at first
   * @param pool the scores kept, in any order
   * @param collected the contributions kept, in the order of their starts
   */
  public static DriftTracker resume(
      DriftSettings settings,
      @Nullable Baseline baseline,
      boolean replaceable,
      DriftState state,
      Iterable<WindowScores> pool,
      Iterable<WindowContributions> collected) {
    return new DriftTracker(settings, baseline, replaceable, state, pool, collected);
  }

  /** The same with a baseline that is never replaced. */
  public static DriftTracker resume(
      DriftSettings settings,
      @Nullable Baseline baseline,
      DriftState state,
      Iterable<WindowScores> pool,
      Iterable<WindowContributions> collected) {
    return resume(settings, baseline, false, state, pool, collected);
  }

  /** Starts anew; {@code baseline} is null to make it of the windows to come. */
  public static DriftTracker start(DriftSettings settings, @Nullable Baseline baseline) {
    return resume(settings, baseline, DriftState.START, List.of(), List.of());
  }

  /**
   * Takes the next window. Windows come in the order of their starts; the last one once more
   * changes nothing.
   *
   * <p>A window from before the last one shows that a clock was wrong and went back: it is {@link
   * DriftStatus#UNCALIBRATED}, and so are all until the time of the last one is reached. A window
   * that cannot be compared (another fingerprint than the baseline's, the paging method missing, a
   * mean that is no number) is answered with {@link DriftStatus#UNCALIBRATED} and its reason, and
   * leaves the evidence as it was.
   */
  public DriftStep accept(ImportanceSnapshot snapshot) {
    if (snapshot.start() == state.lastStart()) {
      return DriftStep.ignored(state);
    }
    String defect =
        snapshot.start() < state.lastStart()
            ? "the window is from before %s, which was seen already: a clock went back"
                .formatted(Instant.ofEpochMilli(state.lastStart()))
            : WindowContributions.defect(snapshot, settings.method());
    if (defect != null) {
      return unchanged(reading(snapshot, DriftStatus.UNCALIBRATED, defect, List.of()));
    }
    state = state.at(snapshot.start());
    Live live =
        new Live(
            snapshot,
            WindowContributions.of(snapshot, settings.method()),
            Fingerprint.of(snapshot, settings));
    Reference current = reference;
    if (current == null) {
      return calibrate(live);
    }
    String difference = current.difference(live.fingerprint(), live.window());
    DriftStep step = compare(live, current, difference);
    return difference == null
        ? step.compared(current.comparer().compare(live.window(), snapshot.traffic()))
        : step;
  }

  private DriftStep calibrate(Live live) {
    Calibration.Outcome outcome = collect(live);
    Baseline completed = outcome.baseline();
    if (completed == null) {
      DriftStatus status =
          outcome.state().shortcoming() == null
              ? DriftStatus.CALIBRATING
              : DriftStatus.UNCALIBRATED;
      String progress = calibration.progress(outcome.state());
      return step(
          reading(live.snapshot(), status, progress, List.of()),
          null,
          null,
          outcome.kept() ? live.window() : null,
          List.of(),
          outcome.dropped());
    }
    return begin(completed, live, List.of(), outcome.dropped());
  }

  private Calibration.Outcome collect(Live live) {
    Calibration.Outcome outcome =
        calibration.accept(
            state.calibration(), live.window(), live.fingerprint(), live.snapshot().traffic());
    state = state.with(outcome.state());
    return outcome;
  }

  /** Goes on with a baseline that this window completed. */
  private DriftStep begin(
      Baseline completed, Live live, List<Long> leftPool, List<Long> uncollected) {
    Reference made = Reference.of(completed, settings, List.of());
    reference = made;
    state = state.with(made.quiet());
    return step(
        reading(live.snapshot(), DriftStatus.STABLE, null, groups(live, made)),
        completed,
        null,
        null,
        leftPool,
        uncollected);
  }

  /** Makes another baseline of the windows that the present one is not good for. */
  private DriftStep replace(Live live, Reference current, String reason) {
    Calibration.Outcome outcome = collect(live);
    Baseline completed = outcome.baseline();
    if (completed != null) {
      Watch watch = current.watch();
      List<Long> left = watch == null ? List.copyOf(shelvedPool) : watch.clear();
      shelvedPool.clear();
      return begin(completed, live, left, outcome.dropped());
    }
    String progress =
        "%s; another one is being made: %s"
            .formatted(reason, calibration.progress(outcome.state()));
    return step(
        reading(live.snapshot(), DriftStatus.UNCALIBRATED, progress, groups(live, current)),
        null,
        null,
        outcome.kept() ? live.window() : null,
        List.of(),
        outcome.dropped());
  }

  private DriftStep compare(Live live, Reference current, @Nullable String difference) {
    Watch watch = current.watch();
    if (difference != null || watch == null) {
      String reason = Objects.requireNonNullElse(difference, current.shortcoming());
      if (replaceable) {
        return replace(live, current, reason);
      }
      return unchanged(
          reading(live.snapshot(), DriftStatus.UNCALIBRATED, reason, groups(live, current)));
    }
    List<Long> uncollected = calibration.clear();
    Watch.Outcome outcome = watch.accept(state.watch(), live.window());
    state = state.with(CalibrationState.START).with(outcome.state());
    return step(
        reading(live.snapshot(), status(state.watch()), null, groups(live, current)),
        null,
        outcome.pooled(),
        null,
        outcome.left(),
        uncollected);
  }

  private List<GroupDrift> groups(Live live, Reference current) {
    return current.groups(state.watch(), live.window(), live.fingerprint());
  }

  private DriftStatus status(WatchState watch) {
    if (watch.drifting()) {
      return DriftStatus.DRIFT;
    }
    return watch.total() >= settings.warningLimit() ? DriftStatus.WARNING : DriftStatus.STABLE;
  }

  private DriftReading reading(
      ImportanceSnapshot snapshot,
      DriftStatus status,
      @Nullable String reason,
      List<GroupDrift> groups) {
    Reference current = reference;
    WatchState watch = state.watch();
    DriftReading reading =
        new DriftReading(
            DriftReading.FORMAT,
            snapshot.model(),
            snapshot.version(),
            snapshot.start(),
            snapshot.end(),
            snapshot.samples(),
            status,
            reason,
            watch.total() / settings.pageLimit(),
            watch.total() / settings.warningLimit(),
            settings.pageLimit(),
            current == null ? calibration.windows() : current.baseline().windows(),
            current == null ? null : (Integer) current.soonestPage(),
            status == DriftStatus.DRIFT ? watch.onset() : null,
            groups);
    boolean judged = status != DriftStatus.CALIBRATING && status != DriftStatus.UNCALIBRATED;
    return judged ? reading.with(snapshot.contributors()) : reading;
  }

  private DriftStep unchanged(DriftReading reading) {
    return step(reading, null, null, null, List.of(), List.of());
  }

  private DriftStep step(
      DriftReading reading,
      @Nullable Baseline completed,
      @Nullable WindowScores pooled,
      @Nullable WindowContributions collected,
      List<Long> leftPool,
      List<Long> uncollected) {
    List<Long> left = new ArrayList<>(stalePool);
    left.addAll(leftPool);
    List<Long> dropped = new ArrayList<>(staleCollected);
    dropped.addAll(uncollected);
    stalePool.clear();
    staleCollected.clear();
    return new DriftStep(state, reading, completed, pooled, collected, left, dropped);
  }
}
