package io.gradwatch.bench;

import io.gradwatch.bench.DriftRun.After;
import io.gradwatch.bench.DriftStream.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.hipparchus.distribution.continuous.GammaDistribution;
import org.hipparchus.stat.descriptive.rank.Median;
import org.jspecify.annotations.Nullable;

/**
 * What came of all runs.
 *
 * @param runs of each stream
 * @param falseAlarms by stream and detector
 * @param detections by stream, change and detector
 */
record DriftResults(int runs, List<FalseAlarms> falseAlarms, List<Detection> detections) {
  /** Stands for all streams together. */
  static final String ALL = "all";

  /**
   * Alarms without drift.
   *
   * @param stream or {@value #ALL}
   * @param windows quiet ones
   * @param runsWithAlarm runs with at least one
   * @param abstained windows of which the detector said that it cannot promise its budget
   * @param low of the exact 95 % interval of {@code perThousand}, if alarms are a Poisson process
   * @param high of the same
   */
  record FalseAlarms(
      String stream,
      DetectorKind detector,
      int windows,
      int alarms,
      int runsWithAlarm,
      int abstained,
      double perThousand,
      double low,
      double high) {
    static FalseAlarms of(String stream, DetectorKind detector, List<DriftRun> runs) {
      int windows = runs.size() * DriftRun.QUIET;
      int[] alarms = runs.stream().mapToInt(run -> run.falseAlarms().get(detector)).toArray();
      int sum = Arrays.stream(alarms).sum();
      return new FalseAlarms(
          stream,
          detector,
          windows,
          sum,
          (int) Arrays.stream(alarms).filter(alarm -> alarm > 0).count(),
          runs.stream().mapToInt(run -> run.abstained().get(detector)).sum(),
          1e3 * sum / windows,
          sum == 0 ? 0 : 1e3 / windows * gamma(sum, 0.025),
          1e3 / windows * gamma(sum + 1, 0.975));
    }

    private static double gamma(int shape, double probability) {
      return new GammaDistribution(shape, 1).inverseCumulativeProbability(probability);
    }

    /** Whether the count agrees with one in {@link GradwatchDetector#LIMIT} windows. */
    boolean keepsBudget() {
      return low <= 1e3 / GradwatchDetector.LIMIT;
    }
  }

  /**
   * Alarms after a change, in runs without one before it.
   *
   * @param eligible runs that had not alarmed before the change
   * @param detected of these, within {@link DriftRun#PATIENCE} windows
   * @param medianDelay of the detected ones, in windows
   * @param medianOfAll of the eligible ones, a missed one counted as patience + 1
   * @param effect median over runs of the largest effect on a group's importance, as a log
   * @param accuracyBefore median over runs of the model's accuracy in the baseline
   * @param accuracy the same after the change
   */
  record Detection(
      String stream,
      String change,
      Kind kind,
      DetectorKind detector,
      int eligible,
      int detected,
      @Nullable Double medianDelay,
      @Nullable Double medianOfAll,
      double effect,
      double accuracyBefore,
      double accuracy) {
    static Detection of(int change, DetectorKind detector, List<DriftRun> runs) {
      double[] delays =
          runs.stream()
              .filter(run -> run.falseAlarms().get(detector) == 0)
              .mapToDouble(run -> run.after().get(change).delays().get(detector))
              .toArray();
      double[] detected = Arrays.stream(delays).filter(delay -> delay > 0).toArray();
      double[] all =
          Arrays.stream(delays).map(delay -> delay > 0 ? delay : DriftRun.PATIENCE + 1).toArray();
      List<After> after = runs.stream().map(run -> run.after().get(change)).toList();
      After first = after.get(0);
      return new Detection(
          runs.get(0).stream().label(),
          first.change().name(),
          first.change().kind(),
          detector,
          delays.length,
          detected.length,
          median(detected),
          median(all),
          median(after, After::effect),
          median(after, After::accuracyBefore),
          median(after, After::accuracy));
    }

    private static double median(List<After> after, ToDoubleFunction<After> number) {
      return new Median().evaluate(after.stream().mapToDouble(number).toArray());
    }

    private static @Nullable Double median(double[] values) {
      return values.length == 0 ? null : new Median().evaluate(values);
    }
  }

  static DriftResults of(List<DriftRun> all) {
    List<FalseAlarms> falseAlarms = new ArrayList<>();
    List<Detection> detections = new ArrayList<>();
    for (DriftStream stream : DriftStream.values()) {
      List<DriftRun> runs = all.stream().filter(run -> run.stream() == stream).toList();
      for (DetectorKind detector : DetectorKind.values()) {
        falseAlarms.add(FalseAlarms.of(stream.label(), detector, runs));
      }
      for (int change = 0; change < runs.get(0).after().size(); change++) {
        for (DetectorKind detector : DetectorKind.values()) {
          detections.add(Detection.of(change, detector, runs));
        }
      }
    }
    for (DetectorKind detector : DetectorKind.values()) {
      falseAlarms.add(FalseAlarms.of(ALL, detector, all));
    }
    return new DriftResults(all.size() / DriftStream.values().length, falseAlarms, detections);
  }

  FalseAlarms falseAlarms(String stream, DetectorKind detector) {
    return falseAlarms.stream()
        .filter(row -> row.stream().equals(stream) && row.detector() == detector)
        .findFirst()
        .orElseThrow();
  }

  /** One entry a change. */
  List<Map<DetectorKind, Detection>> byChange() {
    List<Map<DetectorKind, Detection>> rows = new ArrayList<>();
    for (Detection detection : detections) {
      if (detection.detector() == DetectorKind.GRADWATCH) {
        rows.add(new EnumMap<>(DetectorKind.class));
      }
      rows.get(rows.size() - 1).put(detection.detector(), detection);
    }
    return rows;
  }

  /**
   * The peers that found a change sooner than the one of Gradwatch's two detectors that needs no
   * more than they do, at a number of false alarms on that stream that agrees with the budget.
   * Where the inputs stay, nobody can find a change without labels: an alarm without them is a
   * false one.
   */
  List<Detection> ahead(Map<DetectorKind, Detection> change) {
    return change.values().stream()
        .filter(peer -> peer.detector().peer())
        .filter(peer -> peer.detector().labelled || peer.kind() != Kind.CONCEPT)
        .filter(peer -> falseAlarms(peer.stream(), peer.detector()).keepsBudget())
        .filter(
            peer -> {
              Detection own = change.get(peer.detector().counterpart());
              Double sooner = peer.medianOfAll();
              return sooner != null && (own.medianOfAll() == null || sooner < own.medianOfAll());
            })
        .toList();
  }
}
