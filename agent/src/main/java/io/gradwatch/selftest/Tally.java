package io.gradwatch.selftest;

import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.GroupBaseline;
import io.gradwatch.drift.ScoreBaseline;
import io.gradwatch.selftest.Detection.Effect;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds up what one shift does to run after run. One thread. */
final class Tally {
  private final Injection injection;
  private final List<Integer> delays = new ArrayList<>();
  private final List<Moved> groups = new ArrayList<>();
  private int runs;
  private int windows;

  /** Sums over windows of one group. */
  private static final class Moved {
    private final String name;
    private boolean scored;
    private double scale;
    private double scaleDeadband;
    private double shape;
    private double shapeDeadband;

    Moved(String name) {
      this.name = name;
    }
  }

  Tally(Injection injection) {
    this.injection = injection;
  }

  Injection injection() {
    return injection;
  }

  /** Takes one shifted window. */
  void add(Baseline baseline, DriftReading reading) {
    List<GroupDrift> drifts = reading.groups();
    for (int group = 0; group < drifts.size(); group++) {
      if (group == groups.size()) {
        groups.add(new Moved(drifts.get(group).name()));
      }
      add(groups.get(group), baseline.groups().get(group), drifts.get(group));
    }
    windows++;
  }

  private static void add(Moved moved, GroupBaseline normal, GroupDrift drift) {
    moved.scored |= drift.scored();
    moved.scale += drift.scaleEffect();
    moved.scaleDeadband += drift.scaleDeadband();
    ScoreBaseline baseline = normal.shape();
    Double shape = drift.shape();
    Double deadband = drift.shapeDeadband();
    if (baseline != null && shape != null && deadband != null) {
      moved.shape += shape - baseline.median();
      moved.shapeDeadband += deadband;
    }
  }

  /**
   * Ends a run.
   *
   * @param delay shifted windows until it paged; null if it did not
   */
  void end(@Nullable Integer delay) {
    runs++;
    if (delay != null) {
      delays.add(delay);
    }
  }

  Detection detection() {
    return new Detection(injection, runs, delays, effect());
  }

  private @Nullable Effect effect() {
    Moved most = null;
    boolean below = true;
    for (Moved group : groups) {
      if (group.scored) {
        most = most == null || Math.abs(group.scale) > Math.abs(most.scale) ? group : most;
        below &= Math.abs(group.scale) <= group.scaleDeadband && group.shape <= group.shapeDeadband;
      }
    }
    return most == null ? null : new Effect(most.name, Math.expm1(most.scale / windows), below);
  }
}
