package io.gradwatch.selftest;

import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.DriftTracker;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Plays a recording as runs of their own, each with its own baseline, through {@link DriftTracker}:
 * first as it is, which gives the rate of false alarms, then with each shift put in after a quarter
 * of the quiet windows, which gives the rate and the delay of detection.
 *
 * <p>A run that could not be calibrated is counted apart: it says nothing of the budget. A run that
 * paged before the shift leaves the detections: it found nothing, however soon it paged.
 *
 * <p>It is blind to what all runs have in common: a drift that lasts for the whole recording is
 * normal to each of them, and a real drift inside of it counts as a false alarm.
 *
 * <p>One thread, that of the model's device. The same recording gives the same report.
 */
public final class SelfTest {
  private final DriftSettings settings;
  private final Plan plan;
  private final Recording recording;
  private final @Nullable WindowMaker model;
  private final List<Tally> tallies;
  private final Progress progress;
  private int done;

  /** Told how far it is. */
  @FunctionalInterface
  public interface Progress {
    /**
     * After every window.
     *
     * @param run that is played, from 1
     * @param windows played so far
     * @param atMost windows that there are to play
     */
    void at(int run, int windows, long atMost);
  }

  /** A run up to the shift. */
  private record Begun(
      int index, Baseline baseline, List<ImportanceSnapshot> quiet, QuietRun outcome) {}

  /**
   * Prepares a self-test.
   *
   * @param plan of this recording
   * @param model computes shifted windows, comparable with those of the recording; null to put
   *     nothing in
   * @param injections what is put in, each in runs of its own
   */
  public SelfTest(
      DriftSettings settings,
      Plan plan,
      Recording recording,
      @Nullable WindowMaker model,
      List<Injection> injections,
      Progress progress) {
    this.settings = settings;
    this.plan = plan;
    this.recording = recording;
    this.model = model;
    tallies = model == null ? List.of() : injections.stream().map(Tally::new).toList();
    this.progress = progress;
  }

  /** Plays all runs. */
  public SelfTestReport run() {
    List<QuietRun> quiet = new ArrayList<>();
    for (int run = 0; run < plan.runs(); run++) {
      Begun begun = begin(run);
      quiet.add(begun.outcome());
      Integer alarm = begun.outcome().alarm();
      boolean quietBefore = alarm == null || alarm > plan.injectAfter();
      if (model != null && begun.outcome().uncalibrated() == null && quietBefore) {
        for (Tally tally : tallies) {
          inject(begun, model, tally);
        }
      }
    }
    return new SelfTestReport(
        plan, settings.pageLimit(), quiet, tallies.stream().map(Tally::detection).toList());
  }

  private Begun begin(int run) {
    int first = run * plan.length();
    List<ImportanceSnapshot> normal =
        IntStream.range(first, first + plan.baselineWindows())
            .mapToObj(index -> window(run, index))
            .toList();
    Baseline baseline = Baseline.of(normal, settings);
    List<ImportanceSnapshot> quiet = new ArrayList<>();
    String shortcoming = baseline.shortcoming(settings);
    if (shortcoming != null) {
      return new Begun(run, baseline, quiet, new QuietRun(run + 1, shortcoming, null, null));
    }
    return new Begun(run, baseline, quiet, live(run, baseline, quiet));
  }

  /** Plays what follows a baseline, and keeps the windows before the shift. */
  private QuietRun live(int run, Baseline baseline, List<ImportanceSnapshot> quiet) {
    DriftTracker tracker = DriftTracker.start(settings, baseline);
    int first = run * plan.length() + plan.baselineWindows();
    int silent = 0;
    String reason = null;
    boolean ended = false;
    for (int live = 1; live <= plan.windows(); live++) {
      ImportanceSnapshot window = window(run, first + live - 1);
      if (live <= plan.injectAfter()) {
        quiet.add(window);
      }
      DriftReading reading = reading(tracker, window);
      if (reading.status() == DriftStatus.DRIFT) {
        return new QuietRun(run + 1, null, live, window.start());
      }
      ended = reading.status() == DriftStatus.UNCALIBRATED;
      if (ended) {
        silent++;
        reason = reading.reason();
      }
    }
    // Single windows may be of no use, such as those of an hour that the baseline does not know.
    boolean evidence = !ended && 2 * silent <= plan.windows();
    return new QuietRun(run + 1, evidence ? null : reason, null, null);
  }

  /** Plays the run once more up to the shift, and then the shifted samples. */
  private void inject(Begun begun, WindowMaker model, Tally tally) {
    int from = begun.index() * plan.length() + plan.baselineWindows() + plan.injectAfter();
    List<InferenceSample> samples =
        recording.injectable(begun.index(), from, (begun.index() + 1) * plan.length()).stream()
            .filter(tally.injection().kept())
            .toList();
    int windows = Math.min(plan.patience(), samples.size() / model.size());
    if (windows == 0) {
      return;
    }
    DriftTracker tracker = DriftTracker.start(settings, begun.baseline());
    begun.quiet().forEach(tracker::accept);
    SplittableRandom random = new SplittableRandom(begun.index());
    long start = begun.quiet().isEmpty() ? begun.baseline().end() : end(begun.quiet());
    Integer delay = null;
    for (int window = 0; window < windows && delay == null; window++) {
      List<InferenceSample> shifted =
          samples.subList(window * model.size(), (window + 1) * model.size()).stream()
              .map(sample -> tally.injection().change().apply(sample, random))
              .toList();
      DriftReading reading =
          reading(tracker, model.window(shifted, start + window * model.lengthMillis()));
      played(begun.index());
      tally.add(begun.baseline(), reading);
      delay = reading.status() == DriftStatus.DRIFT ? window + 1 : null;
    }
    tally.end(delay);
  }

  private static long end(List<ImportanceSnapshot> windows) {
    return windows.get(windows.size() - 1).end();
  }

  private static DriftReading reading(DriftTracker tracker, ImportanceSnapshot window) {
    return Objects.requireNonNull(
        tracker.accept(window).reading(), "windows are not in time's order");
  }

  private ImportanceSnapshot window(int run, int index) {
    ImportanceSnapshot window = recording.window(index);
    played(run);
    return window;
  }

  private void played(int run) {
    long each = plan.length() + (long) tallies.size() * plan.patience();
    progress.at(run + 1, ++done, plan.runs() * each);
  }
}
