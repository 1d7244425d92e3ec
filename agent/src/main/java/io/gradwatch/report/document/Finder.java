package io.gradwatch.report.document;

import io.gradwatch.drift.Comparison;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.FeatureDrift;
import io.gradwatch.drift.Skew;
import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.report.document.Observations.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Looks for the {@link Findings} in observations. Used once, by one thread. */
final class Finder {
  /** Above it a ticket is opened, see the alert on parity. */
  private static final double PARITY_LIMIT = 0.01;

  /** Newest compared windows whose median tells whether the right model serves. */
  private static final int PARITY_WINDOWS = 5;

  private final Observations seen;
  private final Times times;
  private final Map<String, Figure> figures = new LinkedHashMap<>();
  private final List<Verdict> verdicts = new ArrayList<>();
  private final @Nullable DriftReading last;
  private @Nullable String farthest;

  Finder(Observations seen) {
    this.seen = seen;
    times = Times.of(seen);
    last = last(seen.traffic());
  }

  Findings findings() {
    counts();
    DriftReading concept = last(seen.concept());
    parity();
    List<GroupFinding> conceptGroups = concept == null ? List.of() : concept(concept);
    List<GroupFinding> groups = last == null ? List.of() : traffic(last);
    history();
    if (verdicts.isEmpty()) {
      verdicts.add(Verdict.STABLE);
    }
    verdicts.sort(null);
    Contributors contributors = contributors();
    if (contributors != null) {
      examples(contributors);
    }
    return new Findings(
        seen.model(),
        verdicts,
        Collections.unmodifiableMap(figures),
        groups,
        conceptGroups,
        versions(),
        last == null ? null : last.status(),
        last == null ? null : last.reason(),
        concept != null,
        farthest,
        contributors);
  }

  private void counts() {
    add(Figure.count("windows", seen.traffic().size(), "windows with a reading of the traffic"));
    int skipped = seen.skipped().values().stream().mapToInt(Integer::intValue).sum();
    add(Figure.count("skipped", skipped, "windows that closed without importance"));
    seen.skipped()
        .forEach(
            (reason, count) ->
                add(Figure.count("skipped." + reason, count, "windows skipped: " + reason)));
    if (seen.unreadable() > 0) {
      add(Figure.count("unreadable", seen.unreadable(), "records that could not be read"));
    }
    if (last == null) {
      verdicts.add(skipped > 0 ? Verdict.TOO_FEW_WINDOWS : Verdict.NO_DATA);
      return;
    }
    add(times.figure("first", seen.traffic().get(0).start(), "start of the first window"));
    add(times.figure("last", last.start(), "start of the newest window"));
    add(Figure.count("samples", last.samples(), "rows in the newest window's sample"));
    add(
        Figure.count(
            "limit", Math.round(last.limit()), "average run length to a false page, in windows"));
    add(Figure.count("baseline", last.baselineWindows(), "windows in the baseline"));
    if (last.soonestPage() != null) {
      add(Figure.count("soonest", last.soonestPage(), "windows that a severe drift takes to page"));
    }
  }

  /** Whether the watched file is the one that serves. */
  private void parity() {
    List<Double> errors =
        seen.windows().stream().map(Window::parityError).filter(Objects::nonNull).toList();
    if (errors.isEmpty()) {
      return;
    }
    List<Double> newest =
        errors.subList(Math.max(0, errors.size() - PARITY_WINDOWS), errors.size());
    double error = newest.stream().sorted().skip(newest.size() / 2).findFirst().orElse(0.0);
    add(
        Figure.percent(
            "parity",
            error,
            "median difference of the model's outputs and the served ones in the newest compared windows"));
    add(
        Figure.percent(
            "parity.limit", PARITY_LIMIT, "difference above which another model may be serving"));
    add(
        Figure.count(
            "parity.windows", errors.size(), "windows in which served outputs were compared"));
    add(
        Figure.count(
            "parity.broken",
            errors.stream().filter(e -> e > PARITY_LIMIT).count(),
            "of these, windows above the limit"));
    if (error > PARITY_LIMIT) {
      verdicts.add(Verdict.PARITY_BROKEN);
    }
  }

  private List<GroupFinding> concept(DriftReading reading) {
    add(
        Figure.percent(
            "concept.evidence",
            reading.evidence(),
            "evidence of concept drift over its limit, newest window"));
    add(
        Figure.count(
            "concept.windows", seen.concept().size(), "windows with enough labels to judge"));
    if (reading.status() != DriftStatus.DRIFT) {
      return List.of();
    }
    verdicts.add(Verdict.CONCEPT_DRIFT);
    if (reading.onset() != null) {
      add(
          times.figure(
              "concept.onset",
              reading.onset(),
              "start of the concept drift: when its evidence was last below 1 % of the limit"));
    }
    List<GroupFinding> groups = Findings.suspects(reading, "concept.group.");
    groups.forEach(group -> group.figures().forEach(this::add));
    return groups;
  }

  private List<GroupFinding> traffic(DriftReading reading) {
    add(
        Figure.percent(
            "evidence",
            reading.evidence(),
            "evidence of drift over the limit that pages, newest window"));
    add(
        Figure.percent(
            "evidence.warning",
            reading.warningEvidence(),
            "evidence of drift over the laxer limit of warnings, newest window"));
    DriftReading peak =
        seen.traffic().stream()
            .max((a, b) -> Double.compare(a.evidence(), b.evidence()))
            .orElse(reading);
    add(
        Figure.percent(
            "evidence.peak",
            peak.evidence(),
            "largest evidence of any window over the limit that pages"));
    add(times.figure("evidence.peak.at", peak.start(), "window with the largest evidence"));
    skew(reading.skew());
    inputs(reading);
    switch (reading.status()) {
      case DRIFT -> drift(reading);
      case WARNING -> verdicts.add(Verdict.WARNING);
      case UNCALIBRATED -> verdicts.add(Verdict.UNCALIBRATED);
      case CALIBRATING -> verdicts.add(Verdict.TOO_FEW_WINDOWS);
      case STABLE -> {}
    }
    List<GroupFinding> groups = Findings.suspects(reading, "group.");
    groups.forEach(group -> group.figures().forEach(this::add));
    return groups;
  }

  private void drift(DriftReading reading) {
    long onset = onset(reading);
    add(
        times.figure(
            "onset",
            onset,
            "start of the drift: when the evidence was last below 1 % of the limit"));
    paged(onset);
    long known = count(r -> r.start() >= onset && inputs(r.comparison()) != null);
    long moved =
        count(
            r -> {
              FeatureDrift inputs = inputs(r.comparison());
              return r.start() >= onset && inputs != null && inputs.notable();
            });
    add(
        Figure.count(
            "inputs.windows",
            known,
            "windows since the start of the drift whose inputs were compared"));
    add(Figure.count("inputs.windows.moved", moved, "of these, windows whose inputs moved"));
    verdicts.add(
        known == 0
            ? Verdict.DRIFT
            : 2 * moved > known ? Verdict.DRIFT_INPUTS_MOVED : Verdict.DRIFT_INPUTS_QUIET);
  }

  /** When it paged, if that lies in the time that is looked at. */
  private void paged(long onset) {
    List<DriftReading> traffic = seen.traffic();
    for (int i = 1; i < traffic.size(); i++) {
      if (traffic.get(i).start() >= onset
          && traffic.get(i).status() == DriftStatus.DRIFT
          && traffic.get(i - 1).status() != DriftStatus.DRIFT) {
        long page = traffic.get(i).start();
        add(times.figure("paged", page, "first window in drift"));
        add(
            Figure.count(
                "delay",
                count(r -> r.start() >= onset && r.start() <= page),
                "windows from the start of the drift to the page"));
      }
    }
  }

  private void inputs(DriftReading reading) {
    FeatureDrift inputs = inputs(reading.comparison());
    if (inputs != null) {
      farthest = inputs.farthest();
      features("inputs", "input features", inputs);
    }
    FeatureDrift outputs = reading.comparison() == null ? null : reading.comparison().outputs();
    if (outputs != null) {
      features("outputs", "outputs", outputs);
    }
  }

  private void features(String id, String what, FeatureDrift drift) {
    add(
        Figure.count(
            id + ".moved",
            drift.moved(),
            what + " that are distributed otherwise than in the baseline, newest window"));
    add(Figure.count(id + ".compared", drift.compared(), what + " that are compared"));
    add(
        Figure.distance(
            id + ".distance",
            drift.distance(),
            "largest Kolmogorov-Smirnov distance of the " + what));
  }

  private void skew(@Nullable Skew skew) {
    if (skew != null && skew.reason() == null) {
      add(
          Figure.count(
              "skew.groups",
              skew.skewed(),
              "groups whose importance differs from the reference's"));
      add(
          Figure.count(
              "skew.compared",
              skew.groups().size(),
              "groups that are compared with the reference"));
    }
  }

  /** What happened before the end: a drift that is over, other versions. */
  private void history() {
    List<String> versions = versions();
    add(Figure.count("versions", versions.size(), "versions of the model"));
    List<DriftReading> traffic = seen.traffic();
    for (int i = 1; i < traffic.size(); i++) {
      if (!traffic.get(i).version().equals(traffic.get(i - 1).version())) {
        add(
            times.figure(
                "version.since", traffic.get(i).start(), "first window of the newest version"));
      }
    }
    if (versions.size() > 1) {
      verdicts.add(Verdict.NEW_VERSION);
    }
    for (int i = 1; i < traffic.size(); i++) {
      DriftReading now = traffic.get(i);
      DriftReading before = traffic.get(i - 1);
      if (now.version().equals(before.version())
          && before.status() == DriftStatus.DRIFT
          && now.status() != DriftStatus.DRIFT) {
        add(times.figure("ended.from", onset(before), "start of the drift that ended last"));
        add(times.figure("ended", now.start(), "first window after it"));
      }
    }
    boolean calm = last != null && last.status() != DriftStatus.DRIFT;
    if (calm && figures.containsKey("ended")) {
      verdicts.add(Verdict.RECOVERED);
    }
  }

  private @Nullable Contributors contributors() {
    Contributors newest = null;
    for (DriftReading reading : seen.traffic()) {
      newest = reading.contributors() == null ? newest : reading.contributors();
    }
    return newest;
  }

  private void examples(Contributors found) {
    add(Figure.count("examples", found.samples().size(), "samples that contributed most"));
    add(Figure.count("examples.rows", found.rows(), "samples that were looked at for them"));
    double share = found.samples().stream().mapToDouble(Contributors.TopSample::share).sum();
    add(Figure.percent("examples.share", share, "share of these samples in what moved"));
    add(
        Figure.percent(
            "examples.even",
            (double) found.samples().size() / Math.max(1, found.rows()),
            "their share if all samples were alike"));
  }

  private static long onset(DriftReading reading) {
    return Objects.requireNonNullElse(reading.onset(), reading.start());
  }

  private static @Nullable FeatureDrift inputs(@Nullable Comparison comparison) {
    return comparison == null ? null : comparison.inputs();
  }

  private List<String> versions() {
    return seen.traffic().stream()
        .map(DriftReading::version)
        .distinct()
        .map(ModelVersion::toString)
        .toList();
  }

  private long count(Predicate<DriftReading> which) {
    return seen.traffic().stream().filter(which).count();
  }

  private static @Nullable DriftReading last(List<DriftReading> readings) {
    return readings.isEmpty() ? null : readings.get(readings.size() - 1);
  }

  private void add(Figure figure) {
    figures.put(figure.id(), figure);
  }
}
