package io.gradwatch.report.document;

import io.gradwatch.drift.Comparison;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.FeatureDrift;
import io.gradwatch.drift.Skew;
import io.gradwatch.importance.Contributors;
import io.gradwatch.report.document.Course.Turn;
import io.gradwatch.report.document.Observations.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks for the {@link Findings} in observations. Used once, by one thread. */
final class Finder {
  /** Above it a ticket is opened, see the alert on parity. */
  private static final double PARITY_LIMIT = 0.01;

  /** Newest compared windows whose median tells whether the right model serves. */
  private static final int PARITY_WINDOWS = 5;

  private final Observations seen;
  private final Times times;
  private final Course course;
  private final Map<String, Figure> figures = new LinkedHashMap<>();
  private final List<Verdict> verdicts = new ArrayList<>();
  private final @Nullable DriftReading last;
  private @Nullable String farthest;

  Finder(Observations seen) {
    this.seen = seen;
    times = Times.of(seen);
    course = new Course(seen.traffic());
    last = course.last().orElse(null);
  }

  Findings findings() {
    counts();
    DriftReading concept = new Course(seen.concept()).last().orElse(null);
    parity();
    List<GroupFinding> conceptGroups = concept == null ? List.of() : concept(concept);
    List<GroupFinding> groups = last == null ? List.of() : traffic(last);
    history();
    if (verdicts.isEmpty()) {
      verdicts.add(Verdict.STABLE);
    }
    verdicts.sort(null);
    Contributors contributors = course.contributors().orElse(null);
    if (contributors != null) {
      examples(contributors);
    }
    return new Findings(
        seen.model(),
        verdicts,
        Collections.unmodifiableMap(figures),
        groups,
        conceptGroups,
        course.versions(),
        last == null ? null : last.status(),
        last == null ? null : last.reason(),
        concept != null,
        farthest,
        contributors);
  }

  private void counts() {
    count("windows", seen.traffic().size(), "windows with a reading of the traffic");
    int skipped = seen.skipped().values().stream().mapToInt(Integer::intValue).sum();
    count("skipped", skipped, "windows that closed without importance");
    seen.skipped()
        .forEach(
            (reason, count) -> count("skipped." + reason, count, "windows skipped: " + reason));
    if (seen.unreadable() > 0) {
      count("unreadable", seen.unreadable(), "records that could not be read");
    }
    if (last == null) {
      verdicts.add(skipped > 0 ? Verdict.TOO_FEW_WINDOWS : Verdict.NO_DATA);
      return;
    }
    add(times.figure("first", seen.traffic().get(0).start(), "start of the first window"));
    add(times.figure("last", last.start(), "start of the newest window"));
    count("samples", last.samples(), "rows in the newest window's sample");
    count("limit", Math.round(last.limit()), "average run length to a false page, in windows");
    count("baseline", last.baselineWindows(), "windows in the baseline");
    if (last.soonestPage() != null) {
      count("soonest", last.soonestPage(), "windows that a severe drift takes to page");
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
    percent(
        "parity",
        error,
        "median difference of the model's outputs and the served ones in the newest compared windows");
    percent("parity.limit", PARITY_LIMIT, "difference above which another model may be serving");
    count("parity.windows", errors.size(), "windows in which served outputs were compared");
    count(
        "parity.broken",
        errors.stream().filter(e -> e > PARITY_LIMIT).count(),
        "of these, windows above the limit");
    if (error > PARITY_LIMIT) {
      verdicts.add(Verdict.PARITY_BROKEN);
    }
  }

  private List<GroupFinding> concept(DriftReading reading) {
    percent(
        "concept.evidence",
        reading.evidence(),
        "evidence of concept drift over its limit, newest window");
    count("concept.windows", seen.concept().size(), "windows with enough labels to judge");
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
    percent(
        "evidence",
        reading.evidence(),
        "evidence of drift over the limit that pages, newest window");
    percent(
        "evidence.warning",
        reading.warningEvidence(),
        "evidence of drift over the laxer limit of warnings, newest window");
    DriftReading peak = course.peak().orElse(reading);
    percent(
        "evidence.peak",
        peak.evidence(),
        "largest evidence of any window over the limit that pages");
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
    long onset = Course.onset(reading);
    add(
        times.figure(
            "onset",
            onset,
            "start of the drift: when the evidence was last below 1 % of the limit"));
    course
        .page(onset)
        .map(Turn::after)
        .map(DriftReading::start)
        .ifPresent(
            page -> {
              add(times.figure("paged", page, "first window in drift"));
              count(
                  "delay",
                  course.count(r -> r.start() >= onset && r.start() <= page),
                  "windows from the start of the drift to the page");
            });
    long known = course.count(r -> r.start() >= onset && inputs(r.comparison()) != null);
    long moved =
        course.count(
            r -> {
              FeatureDrift inputs = inputs(r.comparison());
              return r.start() >= onset && inputs != null && inputs.notable();
            });
    count(
        "inputs.windows", known, "windows since the start of the drift whose inputs were compared");
    count("inputs.windows.moved", moved, "of these, windows whose inputs moved");
    verdicts.add(
        known == 0
            ? Verdict.DRIFT
            : 2 * moved > known ? Verdict.DRIFT_INPUTS_MOVED : Verdict.DRIFT_INPUTS_QUIET);
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
    count(
        id + ".moved",
        drift.moved(),
        what + " that are distributed otherwise than in the baseline, newest window");
    count(id + ".compared", drift.compared(), what + " that are compared");
    add(
        Figure.distance(
            id + ".distance",
            drift.distance(),
            "largest Kolmogorov-Smirnov distance of the " + what));
  }

  private void skew(@Nullable Skew skew) {
    if (skew != null && skew.reason() == null) {
      count("skew.groups", skew.skewed(), "groups whose importance differs from the reference's");
      count("skew.compared", skew.groups().size(), "groups that are compared with the reference");
    }
  }

  /** What happened before the end: a drift that is over, other versions. */
  private void history() {
    int versions = course.versions().size();
    count("versions", versions, "versions of the model");
    course
        .version()
        .ifPresent(
            turn ->
                add(
                    times.figure(
                        "version.since",
                        turn.after().start(),
                        "first window of the newest version")));
    if (versions > 1) {
      verdicts.add(Verdict.NEW_VERSION);
    }
    course
        .end()
        .ifPresent(
            turn -> {
              long onset = Course.onset(turn.before());
              add(times.figure("ended.from", onset, "start of the drift that ended last"));
              add(times.figure("ended", turn.after().start(), "first window after it"));
            });
    boolean calm = last != null && last.status() != DriftStatus.DRIFT;
    if (calm && figures.containsKey("ended")) {
      verdicts.add(Verdict.RECOVERED);
    }
  }

  private void examples(Contributors found) {
    count("examples", found.samples().size(), "samples that contributed most");
    count("examples.rows", found.rows(), "samples that were looked at for them");
    double share = found.samples().stream().mapToDouble(Contributors.TopSample::share).sum();
    percent("examples.share", share, "share of these samples in what moved");
    percent(
        "examples.even",
        (double) found.samples().size() / Math.max(1, found.rows()),
        "their share if all samples were alike");
  }

  private static @Nullable FeatureDrift inputs(@Nullable Comparison comparison) {
    return comparison == null ? null : comparison.inputs();
  }

  private void count(String id, long value, String meaning) {
    add(Figure.count(id, value, meaning));
  }

  private void percent(String id, double ratio, String meaning) {
    add(Figure.percent(id, ratio, meaning));
  }

  private void add(Figure figure) {
    figures.put(figure.id(), figure);
  }
}
