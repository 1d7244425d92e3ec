package io.gradwatch.cli;

import io.gradwatch.agent.ImportanceHistory;
import io.gradwatch.agent.ImportanceHistory.Query;
import io.gradwatch.agent.LastReading;
import io.gradwatch.cli.BaselineOptions.Opened;
import io.gradwatch.drift.Baseline;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.topology.Topics;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say of which past windows a baseline is made. */
@SuppressWarnings("NullAway.Init") // picocli sets the mixin
final class HistoryOptions {
  @Mixin private PeriodOptions period;

  @Option(
      names = "--since-onset",
      description = "windows since the onset of the drift that is on: the new regime")
  private boolean sinceOnset;

  @Option(names = "--last", paramLabel = "N", description = "the newest N windows of these")
  private @Nullable Integer last;

  /** Past windows that fit together, at least one. */
  List<ImportanceSnapshot> read(Opened opened, @Nullable String version, PrintWriter err) {
    if (last != null && last < 1) {
      throw new IllegalArgumentException("--last is " + last + ", must be at least 1");
    }
    Topics topics = new Topics(opened.config().topicPrefix());
    DriftSettings settings = opened.settings().drift();
    Query query =
        sinceOnset
            ? sinceOnset(opened, topics)
            : new Query(
                opened.model(), version, period.from, period.to, Set.of(settings.method().label()));
    List<ImportanceSnapshot> found;
    try (ProgressLine progress = new ProgressLine(err, "windows read")) {
      found =
          new ImportanceHistory(opened.config().kafka().values(), topics)
              .read(query, windows -> progress.at(windows, 0));
    }
    List<ImportanceSnapshot> alike = Baseline.alike(found, settings);
    if (alike.size() < found.size()) {
      err.printf(
          "%d of %d windows are left out: they were computed with other settings than the newest one,"
              + " or hold no number to compare%n",
          found.size() - alike.size(), found.size());
    }
    return last == null || last >= alike.size()
        ? alike
        : alike.subList(alike.size() - last, alike.size());
  }

  private Query sinceOnset(Opened opened, Topics topics) {
    if (period.isGiven()) {
      throw new IllegalArgumentException("--since-onset takes the place of --from and --to");
    }
    DriftReading reading =
        LastReading.of(opened.config().kafka().values(), topics, opened.model())
            .filter(newest -> newest.onset() != null)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "model '%s' is in no drift: its last reading has no onset; name --from"
                            .formatted(opened.model())));
    Long onset = reading.onset();
    return new Query(
        opened.model(),
        reading.version().toString(),
        onset == null ? null : Instant.ofEpochMilli(onset),
        null,
        Set.of(opened.settings().drift().method().label()));
  }
}
