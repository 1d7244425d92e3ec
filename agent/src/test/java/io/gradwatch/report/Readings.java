package io.gradwatch.report;

import io.gradwatch.drift.Comparison;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.FeatureDrift;
import io.gradwatch.drift.GroupMove;
import io.gradwatch.drift.ShareMeasures;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.Parity;
import io.gradwatch.importance.Tuning;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Readings and snapshots of a model named mnist, for tests. */
public final class Readings {
  public static final ModelVersion V1 = new ModelVersion("1", "a".repeat(64));
  public static final ModelVersion V2 = new ModelVersion("2", "b".repeat(64));
  public static final long END = 1_767_276_300_000L; // 2026-01-01T14:05:00Z

  private Readings() {}

  public static DriftReading reading(DriftStatus status, double evidence, GroupDrift... groups) {
    return reading(V1, status, null, evidence, groups);
  }

  public static DriftReading reading(
      ModelVersion version,
      DriftStatus status,
      @Nullable String reason,
      double evidence,
      GroupDrift... groups) {
    boolean calibrating = status == DriftStatus.CALIBRATING;
    return new DriftReading(
        DriftReading.FORMAT,
        "mnist",
        version,
        END - 300_000,
        END,
        512,
        status,
        reason,
        evidence,
        20 * evidence,
        25_920,
        100,
        calibrating ? null : 8,
        status == DriftStatus.DRIFT ? END - 900_000 : null,
        Arrays.asList(groups));
  }

  /** The same beside inputs of which so many features moved. */
  public static DriftReading withInputs(DriftReading reading, int moved, int compared) {
    return withInputs(reading, moved, compared, 0);
  }

  /** The same of a window of which so many scores lie beyond the baseline. */
  public static DriftReading withInputs(DriftReading reading, int moved, int compared, int beyond) {
    FeatureDrift inputs =
        new FeatureDrift(1_000, compared, moved, moved == 0 ? 0.05 : 0.4, "x[3]", 0.5);
    FeatureDrift outputs = new FeatureDrift(10, 10, 1, 0.25, "output[2]", 0.001);
    ShareMeasures shares = new ShareMeasures(5, 0.9, null, 0.75, 0.8, 0.2, 0.3, -0.1);
    return reading.with(new Comparison(inputs, outputs, shares, beyond));
  }

  public static GroupDrift quiet(String name, double share) {
    return new GroupDrift(name, true, 0.01, 0.001, 0.1, 0.01, share / 100, share, false, null);
  }

  public static GroupDrift moved(
      String name, double scaleEffect, @Nullable Double shape, double share) {
    return new GroupDrift(
        name,
        true,
        scaleEffect,
        shape,
        0.1,
        shape == null ? null : 0.01,
        2 * share,
        share,
        true,
        null);
  }

  public static GroupDrift with(GroupDrift group, GroupMove move) {
    return new GroupDrift(
        group.name(),
        group.scored(),
        group.scaleEffect(),
        group.shape(),
        group.scaleDeadband(),
        group.shapeDeadband(),
        group.evidence(),
        group.share(),
        group.moved(),
        move);
  }

  static ImportanceSnapshot snapshot(ModelVersion version, Map<String, Double> shares) {
    return snapshot(version, "taylor", shares, null);
  }

  static ImportanceSnapshot snapshot(
      ModelVersion version, Map<String, Double> shares, @Nullable Parity parity) {
    return snapshot(version, "taylor", shares, parity);
  }

  static ImportanceSnapshot snapshot(
      ModelVersion version, String method, Map<String, Double> shares) {
    return snapshot(version, method, shares, null);
  }

  /**
   * Of the attribution to an input {@code x}, with an entry of the profile for each so many units.
   */
  static ImportanceSnapshot attribution(int units, Float... profile) {
    Value value = new Value(1, 0.1, 1, List.of(profile));
    return snapshot(
        V1, List.of(new GroupImportance("x", units, units, Map.of("attribution", value))), null);
  }

  private static ImportanceSnapshot snapshot(
      ModelVersion version, String method, Map<String, Double> shares, @Nullable Parity parity) {
    List<GroupImportance> groups =
        shares.entrySet().stream()
            .map(
                group ->
                    new GroupImportance(
                        group.getKey(),
                        10,
                        5,
                        Map.of(
                            method, new Value(2 * group.getValue(), 0.1, group.getValue(), null))))
            .toList();
    return snapshot(version, groups, parity);
  }

  private static ImportanceSnapshot snapshot(
      ModelVersion version, List<GroupImportance> groups, @Nullable Parity parity) {
    return new ImportanceSnapshot(
        ImportanceSnapshot.FORMAT,
        "mnist",
        version,
        END - 300_000,
        END,
        512,
        15_000,
        "c".repeat(64),
        new Tuning(16, List.of()),
        1.5,
        "cpu",
        groups,
        parity,
        null,
        null,
        null);
  }
}
