package io.gradwatch.drift;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.importance.Histogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureDriftTest {
  private static final int FEATURES = 20;
  private static final int ROWS = 256;
  private static final int BINS = 32;
  private static final float[] EDGES = new float[BINS - 1];

  static {
    for (int i = 1; i < BINS; i++) {
      EDGES[i - 1] =
          (float) new NormalDistribution().inverseCumulativeProbability(i / (double) BINS);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.2, 0.5, 2})
  void agreesWithTheTestOfTheValuesThemselvesWithinABin(double shift) {
    SplittableRandom random = new SplittableRandom(1);
    double[] reference = normal(random, 20_000, 0);
    double[] live = normal(random, 500, shift);

    KolmogorovSmirnov binned =
        KolmogorovSmirnov.of(histogram("x", reference), histogram("x", live));

    KolmogorovSmirnovTest exact = new KolmogorovSmirnovTest();
    double distance = exact.kolmogorovSmirnovStatistic(reference, live);
    assertThat(binned.distance())
        .isLessThanOrEqualTo(distance + 1e-12)
        .isCloseTo(distance, within(2.0 / BINS));
    assertThat(binned.p())
        .isCloseTo(exact.approximateP(binned.distance(), 20_000, 500), within(1e-9))
        .isGreaterThanOrEqualTo(exact.approximateP(distance, 20_000, 500) - 1e-9);
  }

  @Test
  void agreesExactlyOnFewValues() {
    SplittableRandom random = new SplittableRandom(2);
    double[] reference = random.doubles(5_000).map(x -> Math.floor(4 * x)).toArray();
    double[] live = random.doubles(200).map(x -> Math.floor(3.5 * x)).toArray();
    float[] edges = {-0.5f, 0, 0.5f, 1, 1.5f, 2, 2.5f, 3};

    KolmogorovSmirnov binned =
        KolmogorovSmirnov.of(count("x", edges, reference), count("x", edges, live));

    assertThat(binned.distance())
        .isCloseTo(
            new KolmogorovSmirnovTest().kolmogorovSmirnovStatistic(reference, live), within(1e-12));
  }

  @Test
  void keepsItsLevelForAllFeaturesTogetherWhereNothingMoves() {
    SplittableRandom random = new SplittableRandom(3);
    List<Histogram> reference = features(random, 100 * ROWS, 0);
    int windows = 3_000;
    int moved = 0;
    for (int window = 0; window < windows; window++) {
      moved += drift(reference, features(random, ROWS, 0)).moved() > 0 ? 1 : 0;
    }

    ClopperPearson rate = ClopperPearson.of(moved, windows);
    System.out.println("windows with a feature that moved, nothing moves: " + rate);
    assertThat(moved / (double) windows).as("%s", rate).isLessThanOrEqualTo(FeatureDrift.LEVEL);
    assertThat(rate.lower()).as("a test that never fires would keep it too").isPositive();
  }

  @Test
  void namesTheFeatureThatMovedFarthest() {
    SplittableRandom random = new SplittableRandom(4);
    List<Histogram> reference = features(random, 100 * ROWS, 0);
    List<Histogram> live = new ArrayList<>(features(random, ROWS, 0));
    live.set(7, histogram("x[7]", normal(random, ROWS, 1)));
    live.set(9, histogram("x[9]", normal(random, ROWS, 0.5)));

    FeatureDrift drift = drift(reference, live);

    assertThat(drift.features()).isEqualTo(50);
    assertThat(drift.compared()).isEqualTo(FEATURES);
    assertThat(drift.moved()).isEqualTo(2);
    assertThat(drift.farthest()).isEqualTo("x[7]");
    assertThat(drift.distance()).isCloseTo(0.383, within(0.08));
    assertThat(drift.adjustedP()).isLessThan(1e-9);
    assertThat(drift.notable()).isTrue();
  }

  @Test
  void manyRowsMakeASmallDifferenceSignificantButNotNotable() {
    SplittableRandom random = new SplittableRandom(5);
    List<Histogram> reference = features(random, 200_000, 0);

    FeatureDrift drift = drift(reference, features(random, 50_000, 0.05));

    assertThat(drift.moved()).isEqualTo(FEATURES);
    assertThat(drift.distance()).isLessThan(0.05);
    assertThat(drift.notable()).isFalse();
  }

  @Test
  void aConstantFeatureIsQuietUntilAnotherValueComes() {
    float[] edges = {Math.nextDown(5f), 5};
    double[] constant = new double[1_000];
    Arrays.fill(constant, 5);
    double[] other = constant.clone();
    Arrays.fill(other, 0, 200, Double.NaN);
    List<Histogram> reference = List.of(count("x", edges, constant));

    FeatureDrift same = drift(reference, List.of(count("x", edges, constant)));
    FeatureDrift missing = drift(reference, List.of(count("x", edges, other)));

    assertThat(same).isEqualTo(new FeatureDrift(50, 1, 0, 0, null, 1));
    assertThat(missing.moved()).isEqualTo(1);
    assertThat(missing.distance()).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void saysNothingWithoutFeaturesOrRows() {
    List<Histogram> none = List.of(histogram("x", new double[0]));
    List<Histogram> some = List.of(histogram("x", new double[] {1, 2}));

    assertThat(FeatureDrift.of(0, List.of(), List.of())).isNull();
    assertThat(FeatureDrift.of(1, none, some)).isNull();
    assertThat(FeatureDrift.of(1, some, none)).isNull();
  }

  private static FeatureDrift drift(List<Histogram> reference, List<Histogram> live) {
    return requireNonNull(FeatureDrift.of(50, reference, live));
  }

  private static List<Histogram> features(SplittableRandom random, int rows, double shift) {
    List<Histogram> features = new ArrayList<>();
    for (int i = 0; i < FEATURES; i++) {
      features.add(histogram("x[" + i + "]", normal(random, rows, shift)));
    }
    return features;
  }

  private static double[] normal(SplittableRandom random, int rows, double shift) {
    double[] values = new double[rows];
    Arrays.setAll(values, i -> shift + random.nextGaussian());
    return values;
  }

  /** In bins as a first window of standard normal values would settle them. */
  private static Histogram histogram(String name, double[] values) {
    return count(name, EDGES, values);
  }

  private static Histogram count(String name, float[] edges, double[] values) {
    int[] counts = new int[edges.length + 2];
    for (double value : values) {
      int found = Arrays.binarySearch(edges, (float) value);
      counts[Double.isNaN(value) ? edges.length + 1 : found >= 0 ? found : -found - 1]++;
    }
    return new Histogram(name, 0, 0, edges, counts);
  }
}
