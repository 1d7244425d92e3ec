package io.gradwatch.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.gradwatch.window.WindowProgress.Closed;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WindowProgressTest {
  private static final long T = 1_000_000;

  private static List<Closed> close(long watermark, Map<Long, Integer> rows) {
    return WindowProgress.close(Settings.TEN_SECONDS, T, watermark, new TreeMap<>(rows));
  }

  @Test
  void closesAFullWindowWhenTheWatermarkPassesEndAndGrace() {
    assertThat(close(T + 11_999, Map.of(T, 8))).isEmpty();
    assertThat(close(T + 12_000, Map.of(T, 8))).containsExactly(new Closed(T, T + 10_000, true));
  }

  @Test
  void joinsAShortWindowWithTheNext() {
    Map<Long, Integer> rows = Map.of(T, 5, T + 10_000, 3);
    assertThat(close(T + 12_000, rows)).isEmpty();
    assertThat(close(T + 22_000, rows)).containsExactly(new Closed(T, T + 20_000, true));
  }

  @Test
  void skipsWhatIsStillShortAtTheLongestWindow() {
    Map<Long, Integer> rows = Map.of(T, 1, T + 10_000, 1, T + 20_000, 1, T + 30_000, 8);
    assertThat(close(T + 42_000, rows))
        .containsExactly(
            new Closed(T, T + 30_000, false), new Closed(T + 30_000, T + 40_000, true));
  }

  @Test
  void skipsASilenceInOnePiece() {
    long year = 365L * 24 * 3600 * 1000;
    long back = T + year - year % 10_000;
    assertThat(close(back + 12_000, Map.of(back, 9)))
        .containsExactly(new Closed(T, back, false), new Closed(back, back + 10_000, true));
  }

  @Test
  void skipsAnEmptyWindowWhenNothingFollowsYet() {
    assertThat(close(T + 25_000, Map.of())).containsExactly(new Closed(T, T + 20_000, false));
  }

  @Test
  void closesEachEventTimeOnceHoweverOftenItIsAsked() {
    TreeMap<Long, Integer> rows = new TreeMap<>();
    for (int i = 0; i < 50; i++) {
      rows.put(T + i * 10_000L, i % 3 == 0 ? 8 : 3);
    }
    List<Closed> atOnce = close(T + 600_000, rows);
    List<Closed> stepwise = new java.util.ArrayList<>();
    long next = T;
    for (long watermark = T; watermark <= T + 600_000; watermark += 1_700) {
      List<Closed> step = WindowProgress.close(Settings.TEN_SECONDS, next, watermark, rows);
      stepwise.addAll(step);
      next = step.isEmpty() ? next : step.get(step.size() - 1).end();
    }
    List<Closed> last = WindowProgress.close(Settings.TEN_SECONDS, next, T + 600_000, rows);
    stepwise.addAll(last);
    assertThat(ready(stepwise)).isEqualTo(ready(atOnce));
    for (int i = 1; i < stepwise.size(); i++) {
      assertThat(stepwise.get(i).start()).isEqualTo(stepwise.get(i - 1).end());
    }
  }

  private static List<Closed> ready(List<Closed> closed) {
    return closed.stream().filter(Closed::ready).toList();
  }

  @Test
  void startsBehindTheFirstWindowWhichNobodySawWhole() {
    TreeMap<Long, Integer> rows = new TreeMap<>(Map.of(T, 3, T + 10_000, 8));
    assertThat(WindowProgress.first(Settings.TEN_SECONDS, T + 15_000, rows)).isEqualTo(T + 10_000);
    assertThat(WindowProgress.first(Settings.TEN_SECONDS, T + 5_000, new TreeMap<>()))
        .isEqualTo(T + 10_000);
  }
}
