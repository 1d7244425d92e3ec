package io.gradwatch.hour;

import static java.util.stream.Collectors.groupingBy;

import io.gradwatch.demo.Monitoring;
import io.gradwatch.demo.Monitoring.Notification;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.fire.Verdict;
import io.gradwatch.hour.Hour.Outcome;
import io.gradwatch.hour.Turns.Turn;
import io.gradwatch.topology.WindowOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What there is to read after the hour, as one page of Markdown. */
final class HourRecord {
  private final Outcome outcome;
  private final Monitoring monitoring;
  private final OpenPages pages;
  private final List<Path> logs;

  /**
   * @param logs of the agents
   */
  HourRecord(Outcome outcome, Monitoring monitoring, OpenPages pages, List<Path> logs) {
    this.outcome = outcome;
    this.monitoring = monitoring;
    this.pages = pages;
    this.logs = logs;
  }

  /** What did not hold and must on any machine. */
  List<String> failures() {
    List<String> failures = new ArrayList<>();
    outcome
        .verdicts()
        .forEach(
            (stream, verdict) -> {
              if (!verdict.isClean()) {
                failures.add(stream + ": windows are lost, twice or wrong");
              }
            });
    List<String> paged =
        monitoring.received("GradwatchDrift").stream()
            .map(Notification::model)
            .filter(model -> !model.equals(HourTraffic.TURNING))
            .distinct()
            .toList();
    if (!paged.isEmpty()) {
      failures.add("paged for quiet traffic of " + paged);
    }
    if (outcome.turns().isEmpty() || !outcome.turns().stream().allMatch(Turn::isComplete)) {
      failures.add("a change of the traffic was not paged, or the page not resolved");
    }
    if (!outcome.exits().stream().allMatch(code -> code == 0)) {
      failures.add("agents ended with " + outcome.exits());
    }
    if (outcome.endedByThemselves() > 0) {
      failures.add("an agent ended by itself");
    }
    return failures;
  }

  String text() throws IOException, InterruptedException {
    Duration took = Duration.between(outcome.from(), outcome.to());
    StringBuilder text = new StringBuilder();
    text.append(
        "# The hour\n\n%s to %s, %d minutes; %d kills, %d by themselves; exit codes %s.%n%nFailures: %s%n"
            .formatted(
                time(outcome.from()),
                time(outcome.to()),
                took.toMinutes(),
                outcome.kills().size(),
                outcome.endedByThemselves(),
                outcome.exits(),
                failures().isEmpty() ? "none" : failures()));
    text.append(
        "Kills at %s.%n"
            .formatted(
                outcome.kills().stream().map(HourRecord::time).collect(Collectors.joining(" "))));
    table(
        text,
        "Windows",
        "stream | expected | published | lost | twice | wrong | in order",
        windows());
    table(
        text,
        "Turns",
        "on | paged after | off after | resolved after | notifications | windows to DRIFT | windows to recover",
        turns());
    text.append("%nNotifications of its drift at other times: %d.%n".formatted(outside()));
    table(text, "Skipped and refused", "what | count", refused());
    table(text, "Status changes", "stream | to | times", changes());
    table(text, "Memory", "agent | from | minutes | most MiB | MiB/h | heap floor MiB/h", memory());
    table(text, "Pages", "page | most MiB | MiB/h", pageHeaps());
    table(text, "Consoles of the pages", "what | times", counts(pages.complaints()));
    table(text, "Odd lines in logs", "what | times", counts(LogLines.odd(logs)));
    table(text, "Notifications", "alert | model | status | times", sent());
    new Seen(monitoring, outcome).tables((title, rows) -> table(text, title[0], title[1], rows));
    return text.toString();
  }

  /** Each notification, in order. */
  String notifications() {
    return monitoring.received().stream()
        .map(
            each ->
                "%s %s %s %s %s: %s%n"
                    .formatted(
                        time(each.at()),
                        each.receiver(),
                        each.alert(),
                        each.model(),
                        each.status(),
                        each.description()))
        .collect(Collectors.joining());
  }

  private List<String> windows() {
    List<String> rows = new ArrayList<>();
    for (Map.Entry<String, Verdict> each : outcome.verdicts().entrySet()) {
      Verdict verdict = each.getValue();
      rows.add(
          row(
              each.getKey(),
              verdict.expected().size(),
              verdict.published().size(),
              verdict.lost().size(),
              verdict.duplicated().size(),
              verdict.wrong().size(),
              verdict.isClean()));
    }
    return rows;
  }

  private List<String> turns() {
    List<String> rows = new ArrayList<>();
    for (Turn turn : outcome.turns()) {
      Instant off = turn.off();
      rows.add(
          row(
              time(turn.on()),
              seconds(turn.on(), turn.paged()),
              seconds(turn.on(), off),
              seconds(off, turn.resolved()),
              turn.notifications(),
              windowsUntil(turn.on(), true),
              off == null ? "-" : windowsUntil(off, false)));
    }
    return rows;
  }

  /** Notifications of the model that turns, while nothing had turned. */
  private long outside() {
    long all =
        monitoring.received("GradwatchDrift").stream()
            .filter(each -> each.model().equals(HourTraffic.TURNING))
            .count();
    return all - outcome.turns().stream().mapToInt(Turn::notifications).sum();
  }

  /** How many windows that began since then until the status is DRIFT, or no longer is. */
  private String windowsUntil(Instant since, boolean drift) {
    int windows = 0;
    for (DriftReading reading : outcome.readings()) {
      if (reading.model().equals(HourTraffic.TURNING) && reading.start() >= since.toEpochMilli()) {
        windows++;
        if (reading.status() == DriftStatus.DRIFT == drift) {
          return Integer.toString(windows);
        }
      }
    }
    return "never";
  }

  private List<String> refused() {
    Map<String, Integer> counts = new TreeMap<>();
    for (WindowOutcome window : outcome.skipped()) {
      counts.merge("%s: %s".formatted(window.model(), window.skipped()), 1, Integer::sum);
    }
    counts.put("hostile records sent", (int) outcome.hostile());
    counts.put("dead letters", outcome.deadLetters());
    return counts(counts);
  }

  private List<String> changes() {
    Map<String, Long> counts =
        outcome.alerts().stream()
            .collect(
                groupingBy(
                    alert -> "%s | %s".formatted(alert.model(), alert.to()),
                    TreeMap::new,
                    Collectors.counting()));
    return counts.entrySet().stream().map(each -> row(each.getKey(), each.getValue())).toList();
  }

  private List<String> memory() throws IOException, InterruptedException {
    List<String> rows = new ArrayList<>();
    Seen seen = new Seen(monitoring, outcome);
    for (Lives.Life life : outcome.lives()) {
      rows.add(
          row(
              life.agent(),
              time(life.from()),
              Duration.between(life.from(), life.to()).toMinutes(),
              "%.0f".formatted(life.mostMiB()),
              life.slope(),
              Lives.slope(seen.heapFloor(life))));
    }
    return rows;
  }

  private List<String> pageHeaps() {
    List<String> rows = new ArrayList<>();
    int number = 0;
    for (var points : pages.heaps().values()) {
      double most = points.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
      rows.add(row(number++, "%.1f".formatted(most), Lives.slope(points)));
    }
    return rows;
  }

  private List<String> sent() {
    Map<String, Long> counts =
        monitoring.received().stream()
            .collect(
                groupingBy(
                    each -> "%s | %s | %s".formatted(each.alert(), each.model(), each.status()),
                    TreeMap::new,
                    Collectors.counting()));
    return counts.entrySet().stream().map(each -> row(each.getKey(), each.getValue())).toList();
  }

  private static List<String> counts(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .map(each -> row(each.getKey().replace("|", "/").replace("\n", " "), each.getValue()))
        .toList();
  }

  static String row(Object... cells) {
    return "| "
        + java.util.Arrays.stream(cells).map(String::valueOf).collect(Collectors.joining(" | "))
        + " |";
  }

  private static void table(StringBuilder text, String title, String head, List<String> rows) {
    text.append("%n## %s%n%n".formatted(title));
    if (rows.isEmpty()) {
      text.append("none\n");
      return;
    }
    text.append("| ").append(head).append(" |\n|");
    text.append("---|".repeat(head.split("\\|").length)).append('\n');
    rows.forEach(row -> text.append(row).append('\n'));
  }

  static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString().substring(11, 19);
  }

  private static String seconds(@Nullable Instant from, @Nullable Instant to) {
    return from == null || to == null ? "never" : Duration.between(from, to).toSeconds() + " s";
  }
}
