package io.gradwatch.cli;

import io.gradwatch.selftest.BudgetCheck;
import io.gradwatch.selftest.Detection;
import io.gradwatch.selftest.Detection.Effect;
import io.gradwatch.selftest.Plan;
import io.gradwatch.selftest.Proportion;
import io.gradwatch.selftest.QuietRun;
import io.gradwatch.selftest.Report;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a self-test found, for people, at most 80 columns wide where names are short. */
final class SelfTestTable {
  private static final String SHIFT = "%n%-12s %8s %7s %13s %6s   %s";
  private static final int MOST_ALARMS = 5;

  private final Report report;
  private final Plan plan;
  private final StringBuilder text = new StringBuilder();

  private SelfTestTable(Report report) {
    this.report = report;
    plan = report.plan();
  }

  static String of(Report report, SelfTestSubject subject) {
    SelfTestTable table = new SelfTestTable(report);
    table.title(subject);
    table.falseAlarms(subject.settings().streams());
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

  private void falseAlarms(int streams) {
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
          "%nobserved      %d of %d runs, %s (%s, %s)",
          alarms.count(),
          alarms.runs(),
          percent(alarms.rate()),
          interval(alarms),
          Proportion.INTERVAL);
      print("%nverdict       %s", verdict(check));
    }
    report.alarms().stream().limit(MOST_ALARMS).forEach(this::alarm);
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
            print(
                "%nuncalibrated  %d %s, no evidence of quiet: %s",
                runs, runs == 1 ? "run" : "runs", reason));
  }

  private static String verdict(BudgetCheck check) {
    if (check.contradicted()) {
      return String.format(
          Locale.ROOT,
          "TOO MANY: the budget explains so many with a chance of %.2g only;%n%14sor the traffic did drift there",
          check.chance(),
          "");
    }
    Integer from = check.contradictedFrom();
    return from == null
        ? "nothing against the budget; so few runs could not speak against it"
        : "nothing against the budget; %d %s would be (p < %s)"
            .formatted(from, from == 1 ? "alarm" : "alarms", BudgetCheck.LEVEL);
  }

  private void alarm(QuietRun run) {
    Long start = run.alarmStart();
    print(
        "%nalarm         run %d, window %d, %s",
        run.run(), run.alarm(), start == null ? "" : Instant.ofEpochMilli(start));
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
    text.append(System.lineSeparator());
    for (Detection detection : report.detections()) {
      print("%n%-12s %s", detection.injection().name(), detection.injection().description());
    }
    subject.injections().leftOut().forEach(reason -> print("%nnot put in: %s", reason));
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
        effect.group(),
        effect.belowMinEffect() ? " (below min-effect)" : "");
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

  private static String percent(double ratio) {
    double percent = 100 * ratio;
    String form = percent == Math.rint(percent) ? "%.0f %%" : percent < 1 ? "%.2f %%" : "%.1f %%";
    return String.format(Locale.ROOT, form, percent);
  }

  private void print(String format, @Nullable Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }
}
