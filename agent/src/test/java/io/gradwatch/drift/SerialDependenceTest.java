package io.gradwatch.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SerialDependenceTest {
  @Test
  void findsNoneInAnAlternatingSeries() {
    double[] values = IntStream.range(0, 100).mapToDouble(t -> t % 2).toArray();

    SerialDependence dependence = SerialDependence.of(values);

    // lag 1: 99 products of -1/4, over 100 squares of 1/4; lag 2: 98 products of +1/4
    assertThat(dependence.autocorrelation()).isCloseTo(-0.99, within(1e-12));
    assertThat(dependence.slowDeviation()).isCloseTo(Math.sqrt((0.98 + 0.03) / 4), within(1e-12));
    assertThat(dependence.wander()).isCloseTo(0, within(1e-12));
  }

  @Test
  void takesALongSwingAsSlowDeviation() {
    double[] values =
        IntStream.range(0, 100).mapToDouble(t -> Math.sin(2 * Math.PI * t / 50)).toArray();

    SerialDependence dependence = SerialDependence.of(values);

    assertThat(dependence.slowDeviation()).isCloseTo(Math.sqrt(0.5), within(0.02));
  }

  @Test
  void takesATrendAsWander() {
    double[] values = IntStream.range(0, 100).asDoubleStream().toArray();

    // five means 20 apart against all integers below 100
    assertThat(SerialDependence.of(values).wander()).isCloseTo(800 / 833.25, within(1e-12));
  }

  @Test
  void isZeroForAConstant() {
    assertThat(SerialDependence.of(new double[20])).isEqualTo(new SerialDependence(0, 0, 0));
  }

  /** Shares of 4,000 scores of which more than half of the variance lies between fifths. */
  @ParameterizedTest
  @CsvSource({"0,    0,     0.001", "0.4,  0,     0.001", "0.7,  0,     0.01", "0.97, 0.65,  1"})
  void tellsWanderThatOutlastsTheBaselineFromNoise(double phi, double least, double most) {
    Random random = new Random(7);
    long wandering =
        IntStream.range(0, 4_000)
            .filter(run -> SerialDependence.of(autoregression(random, phi)).wander() > 0.5)
            .count();

    assertThat(wandering / 4_000.0).isBetween(least, most);
  }

  @Test
  void widensNoDeadbandForMostWhiteScores() {
    Random random = new Random(8);
    long widened =
        IntStream.range(0, 4_000)
            .filter(run -> SerialDependence.of(autoregression(random, 0)).slowDeviation() > 0)
            .count();

    assertThat(widened / 4_000.0).isBetween(0.005, 0.06);
  }

  private static double[] autoregression(Random random, double phi) {
    double[] values = new double[100];
    double value = random.nextGaussian();
    for (int t = 0; t < values.length; t++) {
      value = phi * value + Math.sqrt(1 - phi * phi) * random.nextGaussian();
      values[t] = value;
    }
    return values;
  }
}
