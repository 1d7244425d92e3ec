package io.gradwatch.drift;

import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.Settled;
import io.gradwatch.importance.TrafficSummary;
import io.gradwatch.sample.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is normal for one model version: the scores of the windows that it was made of.
 *
 * <p>Made of the first live windows, of past ones or of disjoint windows of a reference file; never
 * of windows resampled from a small pool, which are more alike than live ones.
 *
 * <p>A plain value that Jackson writes and reads as it stands.
 *
 * @param format version of the JSON form, {@value #FORMAT}
 * @param fingerprint what a live window must have in common with it
 * @param start event time at which its first window starts, inclusive, milliseconds since
 *     1970-01-01 UTC
 * @param end event time at which its last window ends, exclusive
 * @param windows how many it is made of (m)
 * @param groups in the module's order
 * @param covered event time that its windows cover, in milliseconds; less than from start to end
 *     where there are gaps between them
 * @param traffic inputs and outputs of its windows together, of those that were counted into the
 *     same bins; null where none was, as in baselines of earlier releases
 */
public record Baseline(
    int format,
    Fingerprint fingerprint,
    long start,
    long end,
    int windows,
    List<GroupBaseline> groups,
    long covered,
    @Nullable TrafficSummary traffic) {
  public static final int FORMAT = 1;

  /** Fewest windows of which a deviation can be told at all. */
  private static final int FEWEST = 2;

  /** The pool must hold more windows than the limit: this many are the most it is made for. */
  private static final double LARGEST_LIMIT = 1e6;

  public Baseline {
    groups = List.copyOf(groups);
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "baseline has format %d, must be %d; make it again".formatted(format, FORMAT));
    }
    boolean whole =
        windows >= FEWEST
            && covered >= 0
            && covered <= end - start
            && groups.stream().map(GroupBaseline::name).toList().equals(fingerprint.groups())
            && groups.stream()
                .allMatch(group -> group.holds(windows, fingerprint.seasonality().count()));
    if (!whole) {
      throw new IllegalArgumentException(
          "its groups do not hold one value for each of its %d windows: it was changed or damaged"
              .formatted(windows));
    }
  }

  /**
   * Makes a baseline of the windows of one model version, in any order. Whether it can carry the
   * budget is another question: {@link #shortcoming}.
   *
   * @throws IllegalArgumentException if there are fewer than 2 windows, if two differ in their
   *     fingerprints, or if one lacks the method that pages
   */
  public static Baseline of(List<ImportanceSnapshot> snapshots, DriftSettings settings) {
    if (snapshots.isEmpty()) {
      throw new IllegalArgumentException("a baseline needs windows, there are none");
    }
    Fingerprint fingerprint = Fingerprint.of(snapshots.get(0), settings);
    for (ImportanceSnapshot snapshot : snapshots) {
      String difference = fingerprint.difference(Fingerprint.of(snapshot, settings));
      if (difference != null) {
        throw new IllegalArgumentException("window %d: %s".formatted(snapshot.start(), difference));
      }
    }
    return of(
        fingerprint,
        snapshots.stream()
            .map(snapshot -> WindowContributions.of(snapshot, settings.method()))
            .sorted(Comparator.comparingLong(WindowContributions::start))
            .toList(),
        pooled(snapshots));
  }

  private static @Nullable TrafficSummary pooled(List<ImportanceSnapshot> snapshots) {
    TrafficSummary pool = null;
    for (ImportanceSnapshot snapshot : snapshots) {
      pool = TrafficSummary.pool(pool, snapshot.traffic());
    }
    return pool;
  }

  /**
   * Those of some windows that a baseline can be made of together: comparable with the newest one,
   * and each with a number for the method that pages.
   *
   * @param snapshots in time's order
   */
  public static List<ImportanceSnapshot> alike(
      List<ImportanceSnapshot> snapshots, DriftSettings settings) {
    List<ImportanceSnapshot> usable =
        snapshots.stream()
            .filter(snapshot -> WindowContributions.defect(snapshot, settings.method()) == null)
            .toList();
    if (usable.isEmpty()) {
      return usable;
    }
    Fingerprint newest = Fingerprint.of(usable.get(usable.size() - 1), settings);
    return usable.stream()
        .filter(snapshot -> newest.difference(Fingerprint.of(snapshot, settings)) == null)
        .toList();
  }

  /**
   * Makes a baseline of windows of one fingerprint, in time's order. With a seasonality, windows of
   * slots that have too few are left out.
   */
  static Baseline of(
      Fingerprint fingerprint, List<WindowContributions> all, @Nullable TrafficSummary traffic) {
    Seasonality seasonality = fingerprint.seasonality();
    List<WindowContributions> windows = seasonality.known(all);
    if (windows.size() < FEWEST) {
      throw new IllegalArgumentException(
          "a baseline needs at least %d windows, there are %d".formatted(FEWEST, windows.size()));
    }
    int[] slots = windows.stream().mapToInt(window -> seasonality.slot(window.start())).toArray();
    List<GroupBaseline> groups =
        IntStream.range(0, fingerprint.groups().size())
            .mapToObj(
                group ->
                    GroupBaseline.of(
                        fingerprint.groups().get(group),
                        windows.stream().map(window -> window.groups().get(group)).toList(),
                        new Slots(slots, seasonality.count())))
            .toList();
    return new Baseline(
        FORMAT,
        fingerprint,
        windows.get(0).start(),
        windows.get(windows.size() - 1).end(),
        windows.size(),
        withSharedDependence(groups, windows.size()),
        WindowContributions.covered(windows),
        traffic);
  }

  /** What live windows are to be computed with, so that they can be compared. */
  public Settled settled() {
    return fingerprint.settled().withBins(traffic);
  }

  private static List<GroupBaseline> withSharedDependence(List<GroupBaseline> groups, int windows) {
    double scales = shared(groups.stream().map(GroupBaseline::scale), windows);
    double shapes =
        shared(groups.stream().flatMap(group -> Stream.ofNullable(group.shape())), windows);
    return groups.stream().map(group -> group.dependent(scales, shapes)).toList();
  }

  private static double shared(Stream<ScoreBaseline> scores, int windows) {
    List<double[]> correlations =
        scores.filter(ScoreBaseline::scored).map(ScoreBaseline::correlations).toList();
    return correlations.isEmpty() ? 0 : SerialDependence.together(correlations, windows);
  }

  /**
   * Why the budget cannot be promised with this baseline, in a sentence; null if it can.
   *
   * <p>It needs {@code baseline-windows} that cover one {@code cycle}, gaps between them not
   * counted, and with a seasonality each slot twice; a score that varies, no score that wanders for
   * longer than the baseline lasts, and so many windows that a severe drift pages within 20.
   */
  public @Nullable String shortcoming(DriftSettings settings) {
    int scores = new Scorer(this, settings).oneSided().size();
    if (scores == 0) {
      return "no group varies from window to window: there is nothing to watch";
    }
    if (settings.pageLimit() > LARGEST_LIMIT) {
      return "false-alarms asks for %.0f windows between alarms, at most %.0f can be promised; allow more alarms or lengthen the window"
          .formatted(settings.pageLimit(), LARGEST_LIMIT);
    }
    int needed =
        Math.max(
            settings.baselineWindows(),
            SoonestPage.windows(settings.pageLimit(), windows, scores, 1) > SoonestPage.ACCEPTABLE
                ? SoonestPage.baselineNeeded(settings.pageLimit(), scores)
                : 0);
    if (windows < needed) {
      return "the baseline has %d windows, needs %d".formatted(windows, needed);
    }
    Duration time = Duration.ofMillis(covered);
    if (time.compareTo(settings.baselineSpan()) < 0) {
      return "the baseline covers %s of %s"
          .formatted(DurationText.format(time), DurationText.format(settings.baselineSpan()));
    }
    return wander(settings, scores);
  }

  private @Nullable String wander(DriftSettings settings, int scores) {
    for (GroupBaseline group : groups) {
      ScoreBaseline shape = group.shape();
      if (group.scale().outlasted(Scorer.minScaleEffect(settings), scores)
          || (shape != null && shape.outlasted(Scorer.minShapeEffect(settings), scores))) {
        return "group '%s' wanders for longer than the %d windows of the baseline; make it longer"
            .formatted(group.name(), windows);
      }
    }
    return null;
  }

  /**
   * Identifies the contents, 12 hex digits: evidence gathered against one baseline says nothing of
   * another.
   */
  public String id() {
    MessageDigest digest = Sha256.begin();
    digest.update(fingerprint.toString().getBytes(StandardCharsets.UTF_8));
    digest.update(ByteBuffer.allocate(16).putLong(start).putLong(end).flip());
    digest.update(groups.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest(), 0, 6);
  }
}
