package io.gradwatch.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.importance.ModelVersion;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The story of the demonstration, told from readings alone. */
class DemoScriptTest {
  private static final long LIVE = 1_767_276_300_000L;
  private static final long WINDOW = 3_000;

  private final StringWriter out = new StringWriter();
  private final List<Shift> shifts = new ArrayList<>();
  private long start = LIVE - WINDOW;

  @Test
  void withoutDriftItEndsWellAfterItsWindows() {
    DemoScript script = script(new DemoOptions(false, false, 12, 0, 0, 300));

    read(script, DriftStatus.STABLE, 1 + 11);
    assertThat(script.succeeded()).isNull();
    read(script, DriftStatus.STABLE, 1);

    assertThat(script.succeeded()).isTrue();
    assertThat(shifts).isEmpty();
    assertThat(out.toString()).contains("12 live windows without an alarm.");
  }

  @Test
  void aFalseAlarmIsNoGoodEnd() {
    DemoScript script = script(new DemoOptions(false, false, 12, 0, 0, 300));

    read(script, DriftStatus.STABLE, 4);
    read(script, DriftStatus.DRIFT, 1);

    assertThat(script.succeeded()).isFalse();
    assertThat(out.toString()).contains("A false alarm");
  }

  @Test
  void endsWellAtTheAlarmIfThatIsAskedFor() {
    DemoScript script = script(new DemoOptions(true, true, 0, 0, 0, 300));

    read(script, DriftStatus.STABLE, 1 + DemoScript.QUIET_WINDOWS);
    assertThat(shifts).containsExactly(Shift.ROTATED);
    assertThat(script.succeeded()).isNull();
    read(script, DriftStatus.DRIFT, 1);

    assertThat(script.succeeded()).isTrue();
  }

  @Test
  void turnsTheTrafficBackAndEndsWindowsAfterTheRecovery() {
    DemoScript script = script(new DemoOptions(true, false, 3, 2, 0, 300));

    read(script, DriftStatus.STABLE, 1 + DemoScript.QUIET_WINDOWS);
    read(script, DriftStatus.DRIFT, 2);
    assertThat(shifts).containsExactly(Shift.ROTATED);
    read(script, DriftStatus.DRIFT, 30);
    assertThat(shifts).containsExactly(Shift.ROTATED, Shift.NONE);
    read(script, DriftStatus.STABLE, 2);
    assertThat(script.succeeded()).as("however long it took").isNull();
    read(script, DriftStatus.STABLE, 1);

    assertThat(script.succeeded()).isTrue();
    assertThat(out.toString()).contains("Recovered", "3 windows after the recovery.");
  }

  private DemoScript script(DemoOptions options) {
    return new DemoScript(
        options,
        Instant.ofEpochMilli(LIVE),
        shift -> {
          shifts.add(shift);
          return Instant.ofEpochMilli(start);
        },
        new PrintWriter(out, true));
  }

  private void read(DemoScript script, DriftStatus status, int windows) {
    for (int i = 0; i < windows; i++) {
      script.read(reading(status));
      start += WINDOW;
    }
  }

  private DriftReading reading(DriftStatus status) {
    return new DriftReading(
        DriftReading.FORMAT,
        "digits",
        new ModelVersion("1", "a".repeat(64)),
        start,
        start + WINDOW,
        256,
        status,
        null,
        status == DriftStatus.DRIFT ? 1.5 : 0.1,
        1,
        28_800,
        100,
        8,
        null,
        List.of());
  }
}
