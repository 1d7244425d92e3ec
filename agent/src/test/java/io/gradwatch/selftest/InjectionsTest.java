package io.gradwatch.selftest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.importance.Samples;
import io.gradwatch.importance.Task;
import io.gradwatch.sample.InferenceSample;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InjectionsTest {
  /** Two features of deviations 1 and 10; labels 0 to 3. */
  private static final List<InferenceSample> ROWS =
      IntStream.range(0, 2_000).mapToObj(InjectionsTest::row).toList();

  private static InferenceSample row(int number) {
    SplittableRandom random = new SplittableRandom(number);
    return Samples.row(
        List.of((double) (number % 4)),
        (float) random.nextGaussian(),
        (float) (10 * random.nextGaussian()));
  }

  @Test
  void shiftsAndNoisesByTheDeviationOfEachFeature() {
    double[] up = difference(injection(ROWS, "shifted", 0.5));
    double[] noise = difference(injection(ROWS, "noised", 0.5));

    assertThat(up[0]).isCloseTo(0.5, within(0.05));
    assertThat(up[1]).isCloseTo(5, within(0.5));
    assertThat(noise[0]).isCloseTo(0.5, within(0.05));
    assertThat(noise[1]).isCloseTo(5, within(0.5));
  }

  @Test
  void scalesEveryFeature() {
    InferenceSample row = ROWS.get(3);

    assertThat(values(apply(injection(ROWS, "scaled", 2), row)))
        .containsExactly(
            Arrays.stream(values(row)).map(value -> (double) (float) (2 * value)).toArray());
  }

  @Test
  void permutesEverySampleAlike() {
    InferenceSample row = Samples.row(null, 1, 2, 3, 4, 5, 6, 7, 8);
    InferenceSample tens = Samples.row(null, 10, 20, 30, 40, 50, 60, 70, 80);
    Injection permuted = injection(List.of(row, tens), "permuted", 1);

    double[] first = values(apply(permuted, row));
    assertThat(first).isNotEqualTo(values(row)).containsExactlyInAnyOrder(values(row));
    assertThat(values(apply(permuted, tens)))
        .containsExactly(Arrays.stream(first).map(value -> 10 * value).toArray());
  }

  @Test
  void keepsTokensAsTheyAre() {
    List<InferenceSample> tokens = List.of(Samples.of(null, Samples.longs(5, 6, 7)));

    Injections injections = Injections.of(tokens, Task.CLASSIFICATION, "0", 1);

    assertThat(injections.applicable()).extracting(Injection::name).containsExactly("permuted");
    assertThat(values(apply(injections.applicable().get(0), tokens.get(0))))
        .containsExactlyInAnyOrder(5, 6, 7);
    assertThat(injections.leftOut())
        .containsExactly(
            "shifted, scaled, noised: no input is FP32 or FP64",
            "class-prior: not every sample has a label or the answer of the deployed model");
  }

  @Test
  void aShiftedPriorKeepsTheLowerHalfOfTheClasses() {
    Injection prior = injection(ROWS, "class-prior", 1);

    assertThat(ROWS.stream().filter(prior.kept()))
        .hasSize(1_000)
        .extracting(InferenceSample::label)
        .containsOnly(List.of(0.0), List.of(1.0));
  }

  @Test
  void takesTheServedAnswerForTheClassWhereThereIsNoLabel() {
    InferenceSample first = Samples.served(Samples.row(null, 1, 2), "logits", 3, -1, 0);
    InferenceSample last = Samples.served(Samples.row(null, 1, 2), "logits", 3, -1, 9);

    Injection prior = injection(List.of(first, last), "class-prior", 1);

    assertThat(prior.kept().test(first)).isTrue();
    assertThat(prior.kept().test(last)).isFalse();
  }

  @Test
  void aRegressionHasNoClasses() {
    assertThat(Injections.of(ROWS, Task.REGRESSION, "0", 1).leftOut())
        .containsExactly("class-prior: the model gives no single class");
  }

  private static Injection injection(List<InferenceSample> rows, String name, double strength) {
    return Injections.of(rows, Task.CLASSIFICATION, "0", strength).applicable().stream()
        .filter(injection -> injection.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static InferenceSample apply(Injection injection, InferenceSample sample) {
    return injection.change().apply(sample, new SplittableRandom(1));
  }

  /** Root mean square change of each feature. */
  private static double[] difference(Injection injection) {
    SplittableRandom random = new SplittableRandom(1);
    double[] squares = new double[2];
    for (InferenceSample row : ROWS) {
      double[] before = values(row);
      double[] after = values(injection.change().apply(row, random));
      for (int feature = 0; feature < squares.length; feature++) {
        squares[feature] += Math.pow(after[feature] - before[feature], 2);
      }
    }
    return Arrays.stream(squares).map(square -> Math.sqrt(square / ROWS.size())).toArray();
  }

  private static double[] values(InferenceSample sample) {
    return sample.inputs().get(0).values();
  }
}
