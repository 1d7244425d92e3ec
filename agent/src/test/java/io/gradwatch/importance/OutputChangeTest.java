package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutputChangeTest {
  private static final double EXACT = 1e-9;
  private static final double[] P = {0.1, 0.2, 0.7};
  private static final double[] Q = {0.3, 0.3, 0.4};
  private static final double DIVERGENCE =
      0.1 * Math.log(0.1 / 0.3) + 0.2 * Math.log(0.2 / 0.3) + 0.7 * Math.log(0.7 / 0.4);

  @Test
  void classesDivergeTheSameInEveryFormOfTheOutputs() {
    double[] shifted = {Math.log(0.3) + 5, Math.log(0.3) + 5, Math.log(0.4) + 5};
    assertThat(divergence(Task.CLASSIFICATION, OutputKind.LOGITS, logs(P), shifted))
        .isCloseTo(DIVERGENCE, within(EXACT));
    assertThat(divergence(Task.CLASSIFICATION, OutputKind.LOG_PROBABILITIES, logs(P), logs(Q)))
        .isCloseTo(DIVERGENCE, within(EXACT));
    assertThat(divergence(Task.CLASSIFICATION, OutputKind.PROBABILITIES, P, Q))
        .isCloseTo(DIVERGENCE, within(EXACT));
  }

  @Test
  void independentAnswersAddUpTheirDivergences() {
    double one = bernoulli(0.2, 0.5);
    double other = bernoulli(0.9, 0.6);
    assertThat(
            divergence(
                Task.MULTILABEL,
                OutputKind.PROBABILITIES,
                new double[] {0.2, 0.9},
                new double[] {0.5, 0.6}))
        .isCloseTo(one + other, within(EXACT));
    assertThat(
            divergence(
                Task.BINARY,
                OutputKind.LOGITS,
                new double[] {Math.log(0.2 / 0.8)},
                new double[] {0}))
        .isCloseTo(one, within(EXACT));
  }

  @Test
  void numbersMoveByTheirSquareOverTwiceTheVariance() {
    ImportanceSettings settings =
        settings(Task.REGRESSION, OutputKind.LOGITS, List.of(2.0, 0.5), false);
    assertThat(OutputChange.divergence(settings, new double[] {1, 1}, new double[] {3, 2}))
        .isCloseTo(4 / 8.0 + 1 / 0.5, within(EXACT));
  }

  @Test
  void theSameOutputsDoNotDiverge() {
    double[] certain = {80, 0, -80};
    assertThat(divergence(Task.CLASSIFICATION, OutputKind.LOGITS, certain, certain)).isZero();
    assertThat(divergence(Task.MULTILABEL, OutputKind.LOGITS, certain, certain)).isZero();
  }

  @Test
  void oneCertainAnswerThatTurnsRoundCostsTheWorst() {
    assertThat(OutputChange.WORST).isCloseTo(16.118, within(1e-3));
    assertThat(
            divergence(
                Task.CLASSIFICATION,
                OutputKind.LOGITS,
                new double[] {500, 0},
                new double[] {0, 500}))
        .isCloseTo(OutputChange.WORST, within(1e-5));
  }

  @Test
  void outputsThatAreNotFiniteCostTheWorstInEveryTask() {
    double[] before = {0.5, 0.5};
    double[] broken = {0.5, Double.NaN};
    for (Task task : List.of(Task.CLASSIFICATION, Task.MULTILABEL, Task.REGRESSION)) {
      ImportanceSettings settings = settings(task, OutputKind.LOGITS, List.of(), false);
      assertThat(OutputChange.divergence(settings, before, broken)).isEqualTo(OutputChange.WORST);
      assertThat(
              OutputChange.divergence(
                  settings, before, new double[] {Double.POSITIVE_INFINITY, 0.5}))
          .isEqualTo(OutputChange.WORST);
    }
    ImportanceSettings classes = settings(Task.CLASSIFICATION, OutputKind.LOGITS, List.of(), true);
    assertThat(OutputChange.loss(classes, broken, List.of(0.0))).isEqualTo(OutputChange.WORST);
  }

  @Test
  void lossesAreNegativeLogLikelihoods() {
    assertThat(
            OutputChange.loss(
                settings(Task.CLASSIFICATION, OutputKind.LOGITS, List.of(), true),
                logs(P),
                List.of(2.0)))
        .isCloseTo(-Math.log(0.7), within(EXACT));
    assertThat(
            OutputChange.loss(
                settings(Task.MULTILABEL, OutputKind.PROBABILITIES, List.of(), true),
                new double[] {0.2, 0.9},
                List.of(0.0, 0.5)))
        .isCloseTo(-Math.log(0.8) - 0.5 * Math.log(0.9) - 0.5 * Math.log(0.1), within(EXACT));
    assertThat(
            OutputChange.loss(
                settings(Task.REGRESSION, OutputKind.LOGITS, List.of(2.0), true),
                new double[] {3},
                List.of(1.0)))
        .isCloseTo(0.5, within(EXACT));
  }

  private static double bernoulli(double p, double q) {
    return p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
  }

  private static double divergence(Task task, OutputKind kind, double[] before, double[] after) {
    return OutputChange.divergence(settings(task, kind, List.of(), false), before, after);
  }

  private static double[] logs(double[] p) {
    double[] logs = new double[p.length];
    for (int k = 0; k < p.length; k++) {
      logs[k] = Math.log(p[k]);
    }
    return logs;
  }

  private static ImportanceSettings settings(
      Task task, OutputKind kind, List<Double> deviations, boolean labelled) {
    return new ImportanceSettings(
        task, kind, ImportanceMethod.onePassMethods(), 1, labelled, deviations);
  }
}
