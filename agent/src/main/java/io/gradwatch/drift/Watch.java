package io.gradwatch.drift;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The comparison of live windows with one baseline: ranks, evidence, alarm and recovery.
 *
 * <p>Mutable in its pool alone, one thread.
 */
final class Watch {
  private static final double QUIET = 0.01;
  private static final int RECENT = 10;

  /** Rank up to which a window before an onset is taken for one of the drift. */
  private static final double STANDS_OUT = 0.1;

  private static final int SMALLEST_CAPACITY = 1_000;

  private final Scorer scorer;
  private final double limit;
  private final Pool pool;

  /**
   * What one window changed.
   *
   * @param state after it
   * @param pooled the scores that joined the pool; null if they did not
   * @param left starts of the windows that left the pool
   */
  record Outcome(WatchState state, @Nullable WindowScores pooled, List<Long> left) {}

  Watch(Scorer scorer, double limit, Iterable<WindowScores> earlier) {
    this.scorer = scorer;
    this.limit = limit;
    pool =
        new Pool(
            scorer.scores().stream().map(score -> score.baseline().values()).toList(),
            Math.max(SMALLEST_CAPACITY, (int) Math.ceil(2 * limit)));
    earlier.forEach(pool::add);
  }

  /** Forgets the live windows of the pool and returns their starts. */
  List<Long> clear() {
    return pool.dropFrom(Long.MIN_VALUE);
  }

  Outcome accept(WatchState before, WindowContributions window) {
    WindowScores scores = scorer.score(window);
    List<Evidence> evidence = new ArrayList<>(before.evidence().size());
    for (int i = 0; i < scorer.oneSided().size(); i++) {
      evidence.add(before.evidence().get(i).after(rank(scorer.oneSided().get(i), scores)));
    }
    WatchState state =
        new WatchState(
            before.baseline(),
            evidence,
            before.onset(),
            before.drifting(),
            before.alarming(),
            before.recent());
    if (before.drifting()) {
      return new Outcome(recoveredOr(drifting(state, scores)), null, List.of());
    }
    WatchState since = withOnset(state, window.start());
    if (since.total() >= limit) {
      return new Outcome(drifting(since, scores), null, leavePool(since));
    }
    Long left = pool.add(scores);
    boolean refused = left != null && left == window.start();
    return new Outcome(
        since, refused ? null : scores, left == null || refused ? List.of() : List.of(left));
  }

  /**
   * The rank of the score after the deadband is taken off it. The pool keeps the unshrunk scores,
   * so a window that lies at most a deadband beyond every earlier one is ranked conservatively,
   * whatever path the windows take.
   */
  private double rank(OneSidedScore side, WindowScores scores) {
    float value = scores.values()[side.score()];
    float deadband = (float) scorer.scores().get(side.score()).deadband();
    return side.up()
        ? pool.rankFromAbove(side.score(), value - deadband)
        : pool.rankFromBelow(side.score(), value + deadband);
  }

  private WatchState withOnset(WatchState state, long start) {
    Long onset =
        state.total() < QUIET * limit
            ? null
            : Objects.requireNonNullElse(state.onset(), Long.valueOf(start));
    return new WatchState(state.baseline(), state.evidence(), onset, false, List.of(), List.of());
  }

  /**
   * Windows of the drift would make it look normal the next time: those since the onset, and those
   * before it, from the change on until the evidence passed what an onset is, that stand out where
   * the evidence is largest.
   */
  private List<Long> leavePool(WatchState state) {
    Long onset = state.onset();
    if (onset == null) {
      return List.of();
    }
    List<Long> left = new ArrayList<>(pool.dropFrom(onset));
    int largest =
        IntStream.range(0, state.evidence().size())
            .boxed()
            .max(Comparator.comparingDouble(i -> state.evidence().get(i).value()))
            .orElseThrow();
    left.addAll(pool.dropFrom(pool.startOfRun(onset, scorer.oneSided().get(largest), STANDS_OUT)));
    return left;
  }

  /** The state of a drift that is on: every score with the evidence to page alone joins it. */
  private WatchState drifting(WatchState state, WindowScores scores) {
    List<Integer> alarming =
        IntStream.range(0, state.evidence().size())
            .filter(i -> state.alarming().contains(i) || state.evidence().get(i).value() >= limit)
            .boxed()
            .toList();
    List<WindowScores> recent = new ArrayList<>(state.recent());
    recent.add(scores);
    return new WatchState(
        state.baseline(),
        state.evidence(),
        state.onset(),
        true,
        alarming,
        recent.subList(Math.max(0, recent.size() - RECENT), recent.size()));
  }

  private WatchState recoveredOr(WatchState state) {
    boolean recovered =
        state.recent().size() == RECENT
            && state.alarming().stream()
                .map(i -> scorer.oneSided().get(i).score())
                .allMatch(score -> covers(score, state.recent()));
    return recovered ? WatchState.quiet(state.baseline(), state.evidence().size()) : state;
  }

  private boolean covers(int index, List<WindowScores> recent) {
    Scorer.Score score = scorer.scores().get(index);
    double[] values = recent.stream().mapToDouble(scores -> scores.values()[index]).toArray();
    return score.baseline().covers(values, score.minEffect());
  }
}
