package io.gradwatch.cli;

import io.gradwatch.selftest.BudgetCheck;
import io.gradwatch.selftest.Detection;
import io.gradwatch.selftest.Detection.Effect;
import io.gradwatch.selftest.Plan;
import io.gradwatch.selftest.Proportion;
import io.gradwatch.selftest.QuietRun;
import io.gradwatch.selftest.Recording;
import io.gradwatch.selftest.SelfTestReport;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a self-test found, for people, at most {@value Hanging#WIDTH} columns wide. */
final class SelfTestTable {
  private static final String SHIFT = "%n%-12s %8s %7s %13s %6s   %s";
  private static final int MOST_ALARMS = 5;
  private static final int LONGEST_NAME = 19;

  private final SelfTestReport report;
  private final Plan plan;
  private final StringBuilder text = new StringBuilder();

  private SelfTestTable(SelfTestReport report) {
    this.report = report;
    plan = report.plan();
  }

  static String of(SelfTestReport report, SelfTestSubject subject) {
    SelfTestTable table = new SelfTestTable(report);
    table.title(subject);
    table.falseAlarms(subject.settings().streams(), subject.recording() instanceof Recording.Past);
    if (subject.model() != null) {
      table.shifts(subject);
    }
    return table.text.toString();
  }

  private void title(SelfTestSubject subject) {
    print("%s, windows of %d samples", subject.version(), subject.samples());
    print(
        "%n%d independent %s, each a baseline of %d windows and %d windows after it",
        plan.runs(), plan.runs() == 1 ? "run" : "runs", plan.baselineWindows(), plan.windows());
  }

  private void falseAlarms(int streams, boolean dated) {
    print("%n%nFALSE ALARMS");
    print(
        "%nbudget        at most %s of runs alarm: one alarm in %,.0f windows%s",
        percent(plan.budget()),
        report.limit(),
        streams > 1 ? ", its part of a budget for %d streams".formatted(streams) : "");
    Proportion alarms = report.falseAlarms();
    BudgetCheck check = report.check();
    if (alarms == null || check == null) {
      print("%nobserved      nothing: no run was calibrated");
    } else {
      print(
          "%nobserved      %d of %d %s, %s (%s, %s)",
          alarms.count(),
          alarms.runs(),
          alarms.runs() == 1 ? "run" : "runs",
          percent(alarms.rate()),
          interval(alarms),
          Proportion.INTERVAL);
      wrapped("verdict", verdict(check));
    }
    report.alarms().stream().limit(MOST_ALARMS).forEach(run -> alarm(run, dated));
    if (report.alarms().size() > MOST_ALARMS) {
      print("%n              and %d more", report.alarms().size() - MOST_ALARMS);
    }
    Map<String, Long> reasons =
        report.uncalibrated().stream()
            .collect(
                Collectors.groupingBy(
                    run -> String.valueOf(run.uncalibrated()), Collectors.counting()));
    reasons.forEach(
        (reason, runs) ->
            wrapped(
                "uncalibrated",
                "%d %s, no evidence of quiet: %s"
                    .formatted(runs, runs == 1 ? "run" : "runs", reason)));
  }

  private static String verdict(BudgetCheck check) {
    if (check.contradicted()) {
      return String.format(
          Locale.ROOT,
          "TOO MANY: within the budget so many have a chance of %.2g. Did the traffic drift there? Then leave those windows out",
          check.chance());
    }
    Integer from = check.contradictedFrom();
    return from == null
        ? "nothing against the budget; so few runs could not speak against it"
        : "nothing against the budget; %d %s would be (p < %s)"
            .formatted(from, from == 1 ? "alarm" : "alarms", BudgetCheck.LEVEL);
  }

  /** Only past windows have a time of their own; those of a file are counted. */
  private void alarm(QuietRun run, boolean dated) {
    int alarm = Objects.requireNonNull(run.alarm());
    long start = Objects.requireNonNull(run.alarmStart());
    print(
        "%nalarm         run %d, window %d after the baseline, %s",
        run.run(),
        alarm,
        dated
            ? Instant.ofEpochMilli(start)
            : "window %d of all"
                .formatted((run.run() - 1) * plan.length() + plan.baselineWindows() + alarm));
  }

  private void shifts(SelfTestSubject subject) {
    print(
        "%n%nSHIFTS, put in after %d quiet windows, found if they page within %d",
        plan.injectAfter(), plan.patience());
    print(SHIFT, "SHIFT", "FOUND", "RATE", "95 %", "DELAY", "LARGEST CHANGE OF A GROUP");
    report.detections().forEach(detection -> print("%s", line(detection)));
    Proportion all = report.detected();
    if (all != null) {
      // Shifts that are put into one run are not independent: their sum has no interval.
      print("%s", line("all", all, "", report.medianDelay(), ""));
    }
    if (report.detections().stream().anyMatch(SelfTestTable::belowMinEffect)) {
      print("%n* within the effective minimum effect: nobody needs to know of it");
    }
    text.append(System.lineSeparator());
    for (Detection detection : report.detections()) {
      print("%n%-12s %s", detection.injection().name(), detection.injection().description());
    }
    subject.injections().leftOut().forEach(reason -> wrapped("not put in", reason));
  }

  private static boolean belowMinEffect(Detection detection) {
    Effect effect = detection.effect();
    return effect != null && effect.belowMinEffect();
  }

  private static String line(Detection detection) {
    Effect effect = detection.effect();
    Proportion rate = detection.rate();
    return line(
        detection.injection().name(),
        rate,
        rate == null ? "-" : interval(rate),
        detection.medianDelay(),
        effect == null ? "" : effect(effect));
  }

  private static String effect(Effect effect) {
    return String.format(
        Locale.ROOT,
        "%+.0f%% %s%s",
        100 * effect.change(),
        shorten(effect.group()),
        effect.belowMinEffect() ? " *" : "");
  }

  private static String line(
      String name,
      @Nullable Proportion rate,
      String interval,
      @Nullable Double delay,
      String effect) {
    return SHIFT
        .formatted(
            name,
            rate == null ? "0/0" : "%d/%d".formatted(rate.count(), rate.runs()),
            rate == null ? "-" : percent(rate.rate()),
            interval,
            delay == null ? "-" : delay.toString().replaceFirst("\\.0$", ""),
            effect)
        .stripTrailing();
  }

  private static String interval(Proportion proportion) {
    return String.format(
        Locale.ROOT, "%.0f to %.0f %%", 100 * proportion.lower(), 100 * proportion.upper());
  }

  private static String shorten(String group) {
    return group.length() <= LONGEST_NAME
        ? group
        : ".." + group.substring(group.length() - LONGEST_NAME + 2);
  }

  private static String percent(double ratio) {
    double percent = 100 * ratio;
    String form = percent == Math.rint(percent) ? "%.0f %%" : percent < 1 ? "%.2f %%" : "%.1f %%";
    return String.format(Locale.ROOT, form, percent);
  }

  private void wrapped(String name, String sentence) {
    text.append(Hanging.lines(name, sentence));
  }

  private void print(String format, @Nullable Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }
}
