package io.gradwatch.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.drift.Skew.GroupSkew;
import io.gradwatch.importance.ImportanceSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SkewTrackerTest {
  private static final DriftSettings SETTINGS = Traffic.settings("1 per 90d", 100, 0.1);

  @Test
  void namesTheGroupsThatDifferByMoreThanTheMinimumEffectAndNoOthers() {
    // 0.05 is within the minimum effect of log 1.1 and would be significant without it.
    Traffic live =
        new Traffic(2, 12, 8, 0)
            .shift(group -> (group < 2 ? 0.4 : group < 4 ? 0.05 : 0) / Traffic.DEVIATION);

    Skew skew = last(tracker(reference(1)), live.windows(100));

    assertThat(skew.reason()).isNull();
    assertThat(skew.windows()).isEqualTo(100);
    assertThat(skew.groups())
        .filteredOn(GroupSkew::skewed)
        .extracting(GroupSkew::name)
        .containsExactly("layer0.weight", "layer1.weight");
    assertThat(skew.groups().get(0).scaleEffect()).isCloseTo(0.4, within(0.1));
  }

  @Test
  void findsOtherUnitsOfTheSameImportance() {
    Traffic live = new Traffic(2, 3, 8, 0).tilt(group -> group == 1 ? 0.7 : 0);

    Skew skew =
        last(
            tracker(Baseline.of(new Traffic(1, 3, 8, 0).windows(100), SETTINGS)), live.windows(60));

    assertThat(skew.groups())
        .filteredOn(GroupSkew::skewed)
        .extracting(GroupSkew::name)
        .containsExactly("layer1.weight");
  }

  @Test
  void namesNothingForNothingAlsoWhereTrafficWanders() {
    DriftSettings exact = Traffic.settings("1 per 90d", 100, 0);

    long named =
        LongStream.rangeClosed(1, 300)
            .parallel()
            .filter(
                seed -> {
                  Baseline reference =
                      Baseline.of(new Traffic(1_000 + seed, 12, 8, 0.4).windows(100), exact);
                  SkewTracker tracker = new SkewTracker(reference, exact, List.of());
                  return last(tracker, new Traffic(seed, 12, 8, 0.4).windows(100)).skewed() > 0;
                })
            .count();

    ClopperPearson rate = ClopperPearson.of((int) named, 300);
    System.out.println("skew named for nothing, minimum effect 0, AR(1) of 0.4: " + rate);
    assertThat(rate.lower()).as("%s", rate).isLessThanOrEqualTo(Skew.LEVEL);
  }

  @Test
  void goesOnAfterARestartWithTheNewestWindowsOfACycle() {
    Baseline reference = reference(1);
    SkewTracker undisturbed = tracker(reference);
    TreeMap<Long, WindowScores> kept = new TreeMap<>();

    for (ImportanceSnapshot window : new Traffic(5, 12, 8, 0).windows(130)) {
      SkewTracker.Step step =
          new SkewTracker(reference, SETTINGS, new ArrayList<>(kept.values())).accept(window);
      WindowScores scores = step.kept();
      if (scores != null) {
        kept.put(scores.start(), scores);
      }
      step.left().forEach(kept::remove);

      assertThat(step.skew()).isEqualTo(undisturbed.accept(window).skew());
    }
    assertThat(kept).hasSize(100);
  }

  @Test
  void saysWhyItDoesNotCompare() {
    SkewTracker tracker = tracker(reference(1));
    List<ImportanceSnapshot> live = new Traffic(2, 12, 8, 0).windows(12);

    assertThat(last(tracker, live.subList(0, 9)).reason())
        .isEqualTo("9 live windows and 100 of the reference, each side needs 10");
    assertThat(tracker.accept(Traffic.ofSamples(live.get(9), 256)).skew().reason())
        .isEqualTo("the reference does not fit: samples a window was 512 and is 256 now");
    assertThat(last(tracker, live.subList(10, 12)).reason()).isNull();
  }

  @Test
  void isWelchsTestWithHolmsAdjustment() {
    Random random = new Random(3);
    double[] a = IntStream.range(0, 20).mapToDouble(i -> random.nextGaussian()).toArray();
    double[] b = IntStream.range(0, 15).mapToDouble(i -> 0.5 + 2 * random.nextGaussian()).toArray();

    assertThat(SkewTracker.p(a, b, 0))
        .isCloseTo(new org.hipparchus.stat.inference.TTest().tTest(a, b), within(1e-9));
    assertThat(SkewTracker.holm(new double[] {0.03, 0.01, 0.02}))
        .containsExactly(new double[] {0.04, 0.03, 0.04}, within(1e-12));
    assertThat(SkewTracker.p(new double[20], new double[20], 0)).isEqualTo(1);
  }

  private static Baseline reference(int seed) {
    return Baseline.of(new Traffic(seed, 12, 8, 0).windows(100), SETTINGS);
  }

  private static SkewTracker tracker(Baseline reference) {
    return new SkewTracker(reference, SETTINGS, List.of());
  }

  private static Skew last(SkewTracker tracker, List<ImportanceSnapshot> windows) {
    return windows.stream()
        .map(window -> tracker.accept(window).skew())
        .reduce((a, b) -> b)
        .orElseThrow();
  }
}
