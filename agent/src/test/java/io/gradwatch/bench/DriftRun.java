package io.gradwatch.bench;

import io.gradwatch.bench.DriftDetector.Verdict;
import io.gradwatch.bench.DriftStream.Change;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.hipparchus.stat.descriptive.rank.Median;

/**
 * One run of a stream: the baseline's windows, quiet ones, and from there on each of its changes.
 *
 * @param falseAlarms by detector: alarms in the quiet windows
 * @param abstained by detector: quiet windows without a promise
 * @param after one entry a change, in the stream's order
 */
record DriftRun(
    DriftStream stream,
    Map<DetectorKind, Integer> falseAlarms,
    Map<DetectorKind, Integer> abstained,
    List<After> after) {
  static final int BASELINE = 100;
  static final int QUIET = 100;
  static final int PATIENCE = 40;

  /**
   * What came of one change.
   *
   * @param delays by detector: windows from the change to the alarm, the first is 1; 0 for none
   * @param effect largest of the groups' |log of the median importance over the baseline's|
   * @param accuracyBefore fraction of right answers in the baseline
   * @param accuracy the same after the change
   */
  record After(
      Change change,
      Map<DetectorKind, Integer> delays,
      double effect,
      double accuracyBefore,
      double accuracy) {}

  static DriftRun of(DriftStream stream, int run) {
    RowSource source = stream.quiet(run);
    // What the model was trained on is over when it is watched.
    stream.start(source);
    try (WatchedModel model = WatchedModel.labelled(DriftModels.file(stream, run), stream)) {
      List<DriftWindow> baseline = model.windows(source, 0, BASELINE);
      List<DriftWindow> quiet = model.windows(source, BASELINE, QUIET);
      Map<DetectorKind, DriftDetector> detectors = new EnumMap<>(DetectorKind.class);
      Map<DetectorKind, Integer> falseAlarms = new EnumMap<>(DetectorKind.class);
      Map<DetectorKind, Integer> abstained = new EnumMap<>(DetectorKind.class);
      for (DetectorKind kind : DetectorKind.values()) {
        DriftDetector detector = kind.fit(baseline);
        List<Verdict> verdicts = quiet.stream().map(detector::judge).toList();
        detectors.put(kind, detector);
        falseAlarms.put(kind, count(verdicts, Verdict.ALARM));
        abstained.put(kind, count(verdicts, Verdict.ABSTAINS));
      }
      List<After> after = new ArrayList<>();
      for (Change change : stream.changes()) {
        RowSource changed = change.after().rows(source, run);
        List<DriftWindow> windows = model.windows(changed, BASELINE + QUIET, PATIENCE);
        Map<DetectorKind, Integer> delays = new EnumMap<>(DetectorKind.class);
        detectors.forEach(
            (kind, detector) ->
                delays.put(kind, delay(afterQuiet(kind, detector, baseline, quiet), windows)));
        after.add(
            new After(
                change, delays, effect(baseline, windows), accuracy(baseline), accuracy(windows)));
      }
      return new DriftRun(stream, falseAlarms, abstained, after);
    }
  }

  /** Every change meets a detector as it was after the quiet windows. */
  private static DriftDetector afterQuiet(
      DetectorKind kind,
      DriftDetector judged,
      List<DriftWindow> baseline,
      List<DriftWindow> quiet) {
    if (!judged.remembers()) {
      return judged;
    }
    DriftDetector again = kind.fit(baseline);
    quiet.forEach(again::judge);
    return again;
  }

  private static int count(List<Verdict> verdicts, Verdict verdict) {
    return Math.toIntExact(verdicts.stream().filter(verdict::equals).count());
  }

  private static int delay(DriftDetector detector, List<DriftWindow> windows) {
    for (int n = 0; n < windows.size(); n++) {
      if (detector.judge(windows.get(n)) == Verdict.ALARM) {
        return n + 1;
      }
    }
    return 0;
  }

  /** Fraction of the rows that the model answers right. */
  static double accuracy(List<DriftWindow> windows) {
    int right = 0;
    int rows = 0;
    for (DriftWindow window : windows) {
      rows += window.rows().size();
      for (int row = 0; row < window.rows().size(); row++) {
        right += window.wrong(row) ? 0 : 1;
      }
    }
    return (double) right / rows;
  }

  private static double effect(List<DriftWindow> baseline, List<DriftWindow> after) {
    double largest = 0;
    for (int group = 0; group < baseline.get(0).importance().groups().size(); group++) {
      double before = new Median().evaluate(means(baseline, group));
      double now = new Median().evaluate(means(after, group));
      if (before > 0 && now > 0) {
        largest = Math.max(largest, Math.abs(Math.log(now / before)));
      }
    }
    return largest;
  }

  private static double[] means(List<DriftWindow> windows, int group) {
    return windows.stream()
        .mapToDouble(
            window -> {
              GroupImportance importance = window.importance().groups().get(group);
              return importance.methods().get(ImportanceMethod.TAYLOR.label()).mean();
            })
        .toArray();
  }
}
