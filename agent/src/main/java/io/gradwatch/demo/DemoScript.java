package io.gradwatch.demo;

import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.report.ReadingLine;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What happens in the demonstration, reading by reading: the baseline is made of the history, live
 * windows follow, the traffic changes, the alarm comes, and, if asked for, the traffic is again
 * what it was. Says what it sees, and decides when it is over. One thread.
 */
final class DemoScript {
  /** Live windows before the traffic changes: half a minute. */
  static final int QUIET_WINDOWS = 10;

  static final String CHANGE =
      "          The traffic changes: the digits now arrive turned by 90 degrees.";

  private static final int CALIBRATION_STEP = 20;

  private final DemoOptions options;
  private final Instant live;
  private final Function<Shift, Instant> traffic;
  private final PrintWriter out;
  private int liveWindows;
  private int changedWindows;
  private @Nullable Instant shiftedAt;
  private @Nullable Boolean succeeded;
  private boolean announced;
  private boolean alarmed;
  private int driftWindows;
  private @Nullable Instant turnedBackAt;
  private boolean recovered;
  private int windowsAfter;

  /**
   * @param live when the live traffic began, in event time
   * @param traffic changes the traffic and says from when on, in event time
   */
  DemoScript(DemoOptions options, Instant live, Function<Shift, Instant> traffic, PrintWriter out) {
    this.options = options;
    this.live = live;
    this.traffic = traffic;
    this.out = out;
  }

  /** How it ended: whether as it should; null while it goes on. */
  @Nullable Boolean succeeded() {
    return succeeded;
  }

  /** Takes the next reading. */
  void read(DriftReading reading) {
    boolean calibrating = reading.status() == DriftStatus.CALIBRATING;
    boolean concept = reading.kind() == DriftKind.CONCEPT;
    if (concept || !calibrating || reading.baselineWindows() % CALIBRATION_STEP == 0) {
      out.println(ReadingLine.of(reading));
    }
    if (concept || calibrating) {
      return;
    }
    if (reading.status() == DriftStatus.UNCALIBRATED) {
      out.println("          " + reading.reason());
      out.println("          The demonstration ends: with this baseline nothing pages.");
      succeeded = false;
    } else if (!announced) {
      announce(reading);
    } else {
      follow(reading);
    }
  }

  private void announce(DriftReading reading) {
    announced = true;
    out.printf(
        Locale.ROOT,
        "          The baseline is made: %d windows. Pages when the evidence reaches 100%% (average run%n"
            + "          length %,.0f windows); a severe drift pages after %d windows.%n",
        reading.baselineWindows(),
        reading.limit(),
        reading.soonestPage());
  }

  private void follow(DriftReading reading) {
    if (reading.start() >= live.toEpochMilli()) {
      liveWindows++;
    }
    if (shiftedAt != null && reading.end() > shiftedAt.toEpochMilli()) {
      changedWindows++;
    }
    if (reading.status() == DriftStatus.DRIFT) {
      drift(reading);
    } else if (turnedBackAt != null && !recovered) {
      recovered = true;
      out.println("          Recovered: the last ten windows are within the deadband again.");
    } else if (options.drift() && shiftedAt == null && liveWindows >= QUIET_WINDOWS) {
      shiftedAt = traffic.apply(Shift.ROTATED);
      out.println(CHANGE);
    }
    if (succeeded == null && options.windows() > 0) {
      countDown();
    }
  }

  /** Ends it some windows after the last thing that was to come, however far it lags behind. */
  private void countDown() {
    boolean came = alarmed && (recovered || options.recoverAfter() == 0);
    if (options.drift() && came) {
      windowsAfter++;
    }
    if ((options.drift() ? windowsAfter : liveWindows) < options.windows()) {
      return;
    }
    succeeded = true;
    out.printf(
        "          %d %s.%n",
        options.windows(),
        !options.drift()
            ? "live windows without an alarm"
            : "windows after the " + (recovered ? "recovery" : "alarm"));
  }

  private void drift(DriftReading reading) {
    if (!alarmed) {
      alarmed = true;
      alarm(reading);
    }
    driftWindows++;
    if (turnedBackAt == null
        && options.recoverAfter() > 0
        && driftWindows > options.recoverAfter()) {
      turnedBackAt = traffic.apply(Shift.NONE);
      out.println("          The traffic is again what it was.");
    }
  }

  private void alarm(DriftReading reading) {
    if (shiftedAt == null) {
      out.println("          A false alarm: nothing had changed.");
      if (options.exitOnDrift() || options.windows() > 0) {
        succeeded = false;
      }
      return;
    }
    out.printf(
        "          Paged in window %d of the changed traffic. The groups that moved:%n",
        changedWindows);
    moved(reading).forEach(group -> out.println("            " + line(group)));
    if (options.exitOnDrift()) {
      succeeded = true;
    } else if (options.recoverAfter() == 0 && options.windows() == 0) {
      out.println("          It goes on until Ctrl-C.");
    }
  }

  private static List<GroupDrift> moved(DriftReading reading) {
    return reading.groups().stream()
        .filter(GroupDrift::moved)
        .sorted(Comparator.comparingDouble(GroupDrift::share).reversed())
        .toList();
  }

  private static String line(GroupDrift group) {
    String shape =
        group.shape() == null ? "" : String.format(Locale.ROOT, "  shape %.3f", group.shape());
    return String.format(
        Locale.ROOT,
        "%-16s importance %+5.0f%%%s  %3.0f%% of the evidence",
        group.name(),
        100 * Math.expm1(group.scaleEffect()),
        shape,
        100 * group.share());
  }
}
