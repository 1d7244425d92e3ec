package io.gradwatch.report.document;

import io.gradwatch.drift.Comparison;
import io.gradwatch.drift.Direction;
import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.FeatureDrift;
import io.gradwatch.drift.GroupMove;
import io.gradwatch.drift.UnitMove;
import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.Contributors.TopParameter;
import io.gradwatch.importance.Contributors.TopSample;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.report.document.Observations.Attribution;
import io.gradwatch.report.document.Observations.Window;
import io.gradwatch.window.SampleReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Observations of a model named fraud, built window by window, for tests. */
public final class Seen {
  static final ModelVersion V1 = new ModelVersion("1", "a".repeat(64));
  static final ModelVersion V2 = new ModelVersion("2", "b".repeat(64));
  static final long MINUTES = 300_000;
  static final long START = Instant.parse("2026-03-03T12:00:00Z").toEpochMilli();

  private final List<DriftReading> traffic = new ArrayList<>();
  private final List<DriftReading> concept = new ArrayList<>();
  private final List<Window> windows = new ArrayList<>();
  private final List<Attribution> attribution = new ArrayList<>();
  private final TreeMap<String, Integer> skipped = new TreeMap<>();
  private ModelVersion version = V1;
  private @Nullable Double parity;
  private int moved = -1;
  private boolean examples;

  /** From now on the inputs of windows are compared, and so many of 64 moved. */
  public Seen inputsMoved(int features) {
    moved = features;
    return this;
  }

  public Seen parity(double error) {
    parity = error;
    return this;
  }

  public Seen version(ModelVersion other) {
    version = other;
    return this;
  }

  public Seen skipped(String reason, int windows) {
    skipped.put(reason, windows);
    return this;
  }

  public Seen withExamples() {
    examples = true;
    return this;
  }

  public Seen quiet(int count) {
    for (int i = 0; i < count; i++) {
      add(
          traffic,
          DriftKind.TRAFFIC,
          DriftStatus.STABLE,
          null,
          0.012,
          null,
          group("conv1", 0, false));
    }
    return this;
  }

  public Seen calibrating(int count) {
    for (int i = 0; i < count; i++) {
      add(
          traffic,
          DriftKind.TRAFFIC,
          DriftStatus.CALIBRATING,
          "the baseline has too few windows",
          0,
          null);
    }
    return this;
  }

  public Seen uncalibrated(String reason) {
    add(traffic, DriftKind.TRAFFIC, DriftStatus.UNCALIBRATED, reason, 0, null);
    return this;
  }

  public Seen warning() {
    add(
        traffic,
        DriftKind.TRAFFIC,
        DriftStatus.WARNING,
        null,
        0.08,
        null,
        group("fc1.weight", 0.2, false));
    return this;
  }

  /** Windows in drift whose onset is the first of them. */
  public Seen drift(int count) {
    long onset = START + traffic.size() * MINUTES;
    for (int i = 0; i < count; i++) {
      DriftStatus status = i < 2 ? DriftStatus.WARNING : DriftStatus.DRIFT;
      add(
          traffic,
          DriftKind.TRAFFIC,
          status,
          null,
          i < 2 ? 0.1 : 1.31,
          status == DriftStatus.DRIFT ? onset : null,
          group("fc2.weight", Math.log(2.3), true),
          group("conv1", Math.log(0.7), true),
          shape("fc1.weight", 0.227));
    }
    return this;
  }

  public Seen conceptDrift(int count) {
    for (int i = 0; i < count; i++) {
      add(
          concept,
          DriftKind.CONCEPT,
          DriftStatus.DRIFT,
          null,
          2.5,
          START,
          group("fc2.weight", 0.9, true));
    }
    return this;
  }

  public Seen conceptQuiet() {
    add(
        concept,
        DriftKind.CONCEPT,
        DriftStatus.STABLE,
        null,
        0.02,
        null,
        group("fc2.weight", 0.01, false));
    return this;
  }

  public Seen attribution() {
    for (int i = 0; i < traffic.size(); i += 2) {
      boolean late = traffic.get(i).start() >= BeforeAfter.turn(observations());
      attribution.add(
          new Attribution(
              traffic.get(i).start(),
              Map.of("amount[0]", late ? 0.7 : 0.2, "age[0]", late ? 0.1 : 0.5, "x[2]", 0.3)));
    }
    return this;
  }

  public Observations observations() {
    return new Observations(
        "fraud",
        "topics gradwatch.drift and gradwatch.importance",
        false,
        null,
        null,
        traffic,
        concept,
        windows,
        attribution,
        skipped,
        0);
  }

  private void add(
      List<DriftReading> to,
      DriftKind kind,
      DriftStatus status,
      @Nullable String reason,
      double evidence,
      @Nullable Long onset,
      GroupDrift... groups) {
    long start = START + to.size() * MINUTES;
    FeatureDrift inputs =
        new FeatureDrift(64, 64, moved, moved > 0 ? 0.4 : 0.04, "amount[0]", 0.001);
    FeatureDrift outputs = new FeatureDrift(10, 10, 3, 0.3, "output[1]", 0.001);
    boolean calibrating = status == DriftStatus.CALIBRATING;
    to.add(
        new DriftReading(
            DriftReading.FORMAT,
            "fraud",
            version,
            start,
            start + MINUTES,
            512,
            status,
            reason,
            evidence,
            90 * evidence,
            25_920,
            calibrating ? to.size() : 100,
            calibrating ? null : 8,
            onset,
            List.of(groups),
            kind,
            moved < 0 || kind == DriftKind.CONCEPT
                ? null
                : new Comparison(inputs, outputs, null, 0),
            examples && status == DriftStatus.DRIFT ? contributors() : null,
            null));
    if (kind == DriftKind.TRAFFIC) {
      windows.add(
          new Window(start, version, parity, Map.of("fc2.weight", onset == null ? 0.2 : 0.5)));
    }
  }

  private static Contributors contributors() {
    return new Contributors(
        List.of("fc2.weight"),
        256,
        0.4,
        List.of(
            new TopSample(new SampleReference("requests", 3, 4711, 0), "a|<b>`17`", 0.05),
            new TopSample(new SampleReference("requests", 0, 12, 2), null, 0.031)),
        List.of(new TopParameter("fc2.weight", "fc2.weight", 199, List.of(3L, 7L), 0.021)));
  }

  private static GroupDrift group(String name, double effect, boolean moved) {
    return new GroupDrift(
        name,
        true,
        effect,
        null,
        0.1,
        null,
        moved ? 0.6 : 0.001,
        0.4,
        moved,
        new GroupMove(
            effect < 0 ? Direction.DOWN : Direction.UP,
            moved,
            null,
            null,
            moved
                ? List.of(new UnitMove(3, 3, 0.21, 0.05), new UnitMove(8, 9, 0.02, 0.1))
                : List.of()));
  }

  private static GroupDrift shape(String name, double distance) {
    return new GroupDrift(
        name,
        true,
        0.02,
        distance,
        0.1,
        0.01,
        0.3,
        0.2,
        true,
        new GroupMove(Direction.SHAPE, false, null, distance, List.of()));
  }
}
