package io.gradwatch.drift;

import io.gradwatch.importance.AnySnapshot;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.ModelVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Synthetic importance: correlated groups whose logs are t-distributed with 5 degrees of freedom,
 * autoregressive in time, and unit profiles with noise of their own.
 */
final class Traffic {
  static final String SHA = "ab".repeat(32);
  static final Duration WINDOW = Duration.ofMinutes(5);
  static final double DEVIATION = 0.2;
  private static final double COMMON = 0.3;

  private final Random random;
  private final int groups;
  private final int units;
  private final double[] slow;
  private final double[] white;
  private IntToDoubleFunction phi;
  private double whiteShare;
  private double swing;
  private int period = 1;
  private boolean begun;
  private int next;
  private IntToDoubleFunction scaleShift = group -> 0;
  private IntToDoubleFunction tilt = group -> 0;

  Traffic(long seed, int groups, int units, double phi) {
    random = new Random(seed);
    this.groups = groups;
    this.units = units;
    this.phi = group -> phi;
    slow = new double[groups];
    white = new double[groups];
  }

  /** Each group's correlation with its window before. */
  Traffic autocorrelated(IntToDoubleFunction correlation) {
    phi = correlation;
    return this;
  }

  /** So much of each group's variance is white noise, the rest as autocorrelated as said. */
  Traffic whitened(double share) {
    whiteShare = share;
    return this;
  }

  /** All groups swing by so many deviations, once in so many windows. */
  Traffic swinging(double amplitude, int windows) {
    swing = amplitude;
    period = windows;
    return this;
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
    boolean independent =
        IntStream.range(0, groups).allMatch(group -> phi.applyAsDouble(group) == 0);
    for (int warmUp = begun ? 0 : independent ? 1 : 200; warmUp >= 0; warmUp--) {
      advance();
    }
    begun = true;
    List<GroupImportance> values = new ArrayList<>();
    for (int group = 0; group < groups; group++) {
      double own =
          Math.sqrt(1 - whiteShare) * slow[group]
              + Math.sqrt(whiteShare) * white[group]
              + swing * Math.sin(2 * Math.PI * next / period);
      double log = -3 + 0.1 * group + DEVIATION * (own + scaleShift.applyAsDouble(group));
      values.add(group(group, Math.exp(log), profile(group)));
    }
    return snapshot(next++, values);
  }

  /** No window comes for so long. */
  void skip(int windows) {
    next += windows;
  }

  /** The same window with another number of samples. */
  static ImportanceSnapshot ofSamples(ImportanceSnapshot window, int samples) {
    return window.ofRows(samples, window.groups());
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
    return AnySnapshot.of(
        "fraud", new ModelVersion("1", SHA), start, start + WINDOW.toMillis(), 512, groups);
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
        minEffect,
        Seasonality.NONE);
  }

  static DriftSettings withWarnings(DriftSettings settings, String warnings) {
    return new DriftSettings(
        settings.method(),
        settings.falseAlarms(),
        FalseAlarmBudget.parse(warnings),
        settings.streams(),
        settings.window(),
        settings.cycle(),
        settings.baselineWindows(),
        settings.minEffect(),
        settings.seasonality());
  }

  static DriftSettings withSeasonality(DriftSettings settings, Seasonality seasonality) {
    return new DriftSettings(
        settings.method(),
        settings.falseAlarms(),
        settings.warnings(),
        settings.streams(),
        settings.window(),
        settings.cycle(),
        settings.baselineWindows(),
        settings.minEffect(),
        seasonality);
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
        settings.minEffect(),
        settings.seasonality());
  }

  static DriftSettings withInputs(DriftSettings settings, String inputs) {
    return new DriftSettings(
        settings.method(),
        settings.falseAlarms(),
        settings.warnings(),
        settings.streams(),
        settings.window(),
        settings.cycle(),
        settings.baselineWindows(),
        settings.minEffect(),
        settings.seasonality(),
        inputs);
  }

  private void advance() {
    double common = studentT();
    double commonWhite = whiteShare == 0 ? 0 : studentT();
    for (int group = 0; group < groups; group++) {
      double past = phi.applyAsDouble(group);
      slow[group] = past * slow[group] + Math.sqrt(1 - past * past) * noise(common);
      white[group] = whiteShare == 0 ? 0 : noise(commonWhite);
    }
  }

  private double noise(double common) {
    return Math.sqrt(COMMON) * common + Math.sqrt(1 - COMMON) * studentT();
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
