package io.gradwatch.drift;

import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.Tuning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/**
 * Synthetic importance: correlated groups whose logs are t-distributed with 5 degrees of freedom,
 * AR(phi) in time, and unit profiles with noise of their own.
 */
final class Traffic {
  static final String SHA = "ab".repeat(32);
  static final Duration WINDOW = Duration.ofMinutes(5);
  static final double DEVIATION = 0.2;
  private static final double COMMON = 0.3;

  private final Random random;
  private final int groups;
  private final int units;
  private final double phi;
  private final double[] slow;
  private int next;
  private IntToDoubleFunction scaleShift = group -> 0;
  private IntToDoubleFunction tilt = group -> 0;

  Traffic(long seed, int groups, int units, double phi) {
    random = new Random(seed);
    this.groups = groups;
    this.units = units;
    this.phi = phi;
    slow = new double[groups];
    for (int warmUp = 0; warmUp < (phi == 0 ? 1 : 200); warmUp++) {
      advance();
    }
  }

  /** From now on the log of a group's importance is shifted by so many deviations. */
  Traffic shift(IntToDoubleFunction deviations) {
    scaleShift = deviations;
    return this;
  }

  /** From now on so much importance goes from a group's last unit to its first one. */
  Traffic tilt(IntToDoubleFunction part) {
    tilt = part;
    return this;
  }

  ImportanceSnapshot window() {
    advance();
    List<GroupImportance> values = new ArrayList<>();
    for (int group = 0; group < groups; group++) {
      double log = -3 + 0.1 * group + DEVIATION * (slow[group] + scaleShift.applyAsDouble(group));
      values.add(group(group, Math.exp(log), profile(group)));
    }
    return snapshot(next++, values);
  }

  List<ImportanceSnapshot> windows(int count) {
    List<ImportanceSnapshot> windows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      windows.add(window());
    }
    return windows;
  }

  static ImportanceSnapshot snapshot(int index, List<GroupImportance> groups) {
    long start = index * WINDOW.toMillis();
    return new ImportanceSnapshot(
        ImportanceSnapshot.FORMAT,
        "fraud",
        new ModelVersion("1", SHA),
        start,
        start + WINDOW.toMillis(),
        512,
        10_000,
        "digest",
        new Tuning(16, List.of()),
        0.1,
        "cpu",
        groups);
  }

  static GroupImportance group(int index, double mean, List<Float> profile) {
    return new GroupImportance(
        "layer%d.weight".formatted(index),
        64,
        profile.size(),
        Map.of("taylor", new Value(mean, null, 0.1, profile)));
  }

  static DriftSettings settings(String budget, int baselineWindows, double minEffect) {
    return new DriftSettings(
        ImportanceMethod.TAYLOR,
        FalseAlarmBudget.parse(budget),
        FalseAlarmBudget.parse("1 per 1d"),
        1,
        WINDOW,
        WINDOW.multipliedBy(baselineWindows),
        baselineWindows,
        minEffect);
  }

  static DriftSettings withCycle(DriftSettings settings, Duration cycle) {
    return new DriftSettings(
        settings.method(),
        settings.falseAlarms(),
        settings.warnings(),
        settings.streams(),
        settings.window(),
        cycle,
        settings.baselineWindows(),
        settings.minEffect());
  }

  private void advance() {
    double common = studentT();
    for (int group = 0; group < groups; group++) {
      double noise = Math.sqrt(COMMON) * common + Math.sqrt(1 - COMMON) * studentT();
      slow[group] = phi * slow[group] + Math.sqrt(1 - phi * phi) * noise;
    }
  }

  /** A t variate of 5 degrees of freedom, scaled to variance 1. */
  private double studentT() {
    double chiSquare = 0;
    for (int i = 0; i < 5; i++) {
      double normal = random.nextGaussian();
      chiSquare += normal * normal;
    }
    return random.nextGaussian() / Math.sqrt(chiSquare / 5) * Math.sqrt(3.0 / 5);
  }

  private List<Float> profile(int group) {
    List<Float> profile = new ArrayList<>();
    for (int unit = 0; unit < units; unit++) {
      double part = tilt.applyAsDouble(group);
      double lean = unit == 0 ? 1 + part : unit == units - 1 ? 1 - part : 1;
      profile.add((float) ((1 + unit % 3) * lean * Math.exp(0.15 * random.nextGaussian())));
    }
    return profile;
  }
}
