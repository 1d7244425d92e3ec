package io.gradwatch.drift;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PoolTest {
  private static final List<List<Float>> BASELINE = List.of(List.of(1f, 2f, 2f, 3f));

  @Test
  void ranksAmongThoseAsExtremeOrMore() {
    Pool pool = new Pool(BASELINE, 10);

    assertThat(pool.rankFromAbove(0, 4)).isEqualTo(0.5 / 5);
    assertThat(pool.rankFromAbove(0, 2)).isEqualTo(3.5 / 5);
    assertThat(pool.rankFromBelow(0, 2)).isEqualTo(3.5 / 5);
    assertThat(pool.rankFromBelow(0, 0.5f)).isEqualTo(0.5 / 5);
  }

  @Test
  void growsWithLiveWindows() {
    Pool pool = new Pool(BASELINE, 10);

    pool.add(scores(100, 5));

    assertThat(pool.size()).isEqualTo(5);
    assertThat(pool.rankFromAbove(0, 4)).isEqualTo(1.5 / 6);
  }

  @Test
  void dropsLiveWindowsFromTheOnsetOnAndKeepsTheBaseline() {
    Pool pool = new Pool(BASELINE, 10);
    LongStream.of(100, 200, 300).forEach(start -> pool.add(scores(start, 9)));

    assertThat(pool.dropFrom(200)).containsExactly(200L, 300L);
    assertThat(pool.size()).isEqualTo(5);
    assertThat(pool.rankFromAbove(0, 8)).isEqualTo(1.5 / 6);
  }

  @Test
  void findsTheRunOfExtremeWindowsBeforeAnOnset() {
    Pool pool = new Pool(List.of(IntStream.range(0, 30).mapToObj(i -> i % 5f).toList()), 10);
    pool.add(scores(100, 9));
    pool.add(scores(200, 2));
    pool.add(scores(400, 8));
    pool.add(scores(300, 9));
    pool.add(scores(500, 9));

    assertThat(pool.startOfRun(500, new OneSidedScore(0, true), 0.2)).isEqualTo(300);
    assertThat(pool.startOfRun(500, new OneSidedScore(0, false), 0.2)).isEqualTo(500);
    assertThat(pool.startOfRun(300, new OneSidedScore(0, true), 0.2)).isEqualTo(300);
    assertThat(pool.startOfRun(200, new OneSidedScore(0, true), 0.2)).isEqualTo(100);
  }

  @Test
  void keepsTheSameUniformSampleInWhateverOrderWindowsCome() {
    List<Long> starts = LongStream.range(0, 3_000).map(i -> i * 300_000).boxed().toList();
    Pool forwards = new Pool(BASELINE, 1_000);
    Pool backwards = new Pool(BASELINE, 1_000);

    starts.forEach(start -> forwards.add(scores(start, start)));
    IntStream.range(0, 3_000)
        .forEach(i -> backwards.add(scores(starts.get(2_999 - i), starts.get(2_999 - i))));

    List<Long> kept = forwards.dropFrom(0).stream().sorted().toList();
    assertThat(kept).hasSize(1_000).isEqualTo(backwards.dropFrom(0).stream().sorted().toList());
    assertThat(kept.stream().filter(start -> start < 1_500L * 300_000).count())
        .isBetween(440L, 560L);
  }

  @Test
  void saysWhichWindowLeavesWhenItIsFull() {
    Pool pool = new Pool(BASELINE, 1);
    pool.add(scores(100, 5));

    long left = requireNonNull(pool.add(scores(200, 6)));

    assertThat(left).isIn(100L, 200L);
    assertThat(pool.dropFrom(0)).containsExactly(300L - left);
  }

  private static WindowScores scores(long start, float value) {
    return new WindowScores(start, new float[] {value});
  }
}
