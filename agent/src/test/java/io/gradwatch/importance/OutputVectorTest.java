package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutputVectorTest {
  private static final double EXACT = 1e-6;
  private static final double[] P = {0.1, 0.2, 0.7};

  /** The bits of a number as signs, so that all sign patterns can be gone through. */
  private static final class Bits implements RandomGenerator {
    private long bits;

    Bits(long bits) {
      this.bits = bits;
    }

    @Override
    public boolean nextBoolean() {
      boolean bit = (bits & 1) == 1;
      bits >>= 1;
      return bit;
    }

    @Override
    public long nextLong() {
      throw new UnsupportedOperationException("only signs are drawn");
    }
  }

  @Test
  void logitsGiveTheFisherOfTheSoftmax() {
    double[][] second = secondMoment(Task.CLASSIFICATION, OutputKind.LOGITS, logits(P));
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        double expected = (i == j ? P[i] : 0) - P[i] * P[j];
        assertThat(second[i][j]).isCloseTo(expected, within(EXACT));
      }
    }
  }

  @Test
  void logProbabilitiesGiveTheirFisher() {
    double[][] second = secondMoment(Task.CLASSIFICATION, OutputKind.LOG_PROBABILITIES, logits(P));
    assertDiagonal(second, P[0], P[1], P[2]);
  }

  @Test
  void probabilitiesGiveTheirFisher() {
    double[][] second =
        secondMoment(Task.CLASSIFICATION, OutputKind.PROBABILITIES, new float[] {.1f, .2f, .7f});
    assertDiagonal(second, 1 / P[0], 1 / P[1], 1 / P[2]);
  }

  @Test
  void bernoulliOutputsGiveTheirFisherInEveryForm() {
    double p = 0.2;
    float logit = (float) Math.log(p / (1 - p));
    float[] three = {logit, logit, logit};
    double v = p * (1 - p);
    assertDiagonal(secondMoment(Task.MULTILABEL, OutputKind.LOGITS, three), v, v, v);
    float[] logs = {(float) Math.log(p)};
    assertDiagonal(secondMoment(Task.BINARY, OutputKind.LOG_PROBABILITIES, logs), p / (1 - p));
    assertDiagonal(
        secondMoment(Task.BINARY, OutputKind.PROBABILITIES, new float[] {(float) p}), 1 / v);
  }

  @Test
  void regressionGivesThePrecisionOfEachOutput() {
    ImportanceSettings settings =
        new ImportanceSettings(
            Task.REGRESSION,
            OutputKind.LOGITS,
            Set.of(ImportanceMethod.FISHER),
            1,
            false,
            List.of(2.0, 0.5));
    assertDiagonal(secondMoment(settings, new float[] {7, 8}), 0.25, 4);
  }

  @Test
  void refusesDeviationsThatDoNotMatchTheOutputs() {
    ImportanceSettings settings =
        new ImportanceSettings(
            Task.REGRESSION,
            OutputKind.LOGITS,
            Set.of(ImportanceMethod.FISHER),
            1,
            false,
            List.of(2.0, 0.5));
    assertThatThrownBy(() -> OutputVector.labelFree(settings, new float[3], 3, new Bits(0)))
        .hasMessage("2 output deviations are set, the model has 3 outputs");
  }

  @Test
  void certainProbabilitiesDivideByNothing() {
    float[] certain = {0, 1};
    for (Task task : List.of(Task.CLASSIFICATION, Task.MULTILABEL)) {
      ImportanceSettings settings = settings(task, OutputKind.PROBABILITIES);
      for (float v : OutputVector.labelFree(settings, certain, 2, new Bits(0))) {
        assertThat(Math.abs(v)).isEqualTo(0);
      }
    }
    assertThat(
            OutputVector.labelled(
                settings(Task.CLASSIFICATION, OutputKind.PROBABILITIES),
                certain,
                2,
                List.of(List.of(0.0)),
                new Bits(1)))
        .containsExactly(-1e7f, 0);
  }

  @Test
  void hugeLogitsStayFinite() {
    float[] vector =
        OutputVector.labelFree(
            settings(Task.CLASSIFICATION, OutputKind.LOGITS),
            new float[] {1e4f, -1e4f, 1e4f},
            3,
            new Bits(0b101));
    for (float v : vector) {
      assertThat(v).isFinite();
    }
  }

  @ParameterizedTest
  @EnumSource(OutputKind.class)
  void labelledClassificationIsTheSlopeOfTheCrossEntropy(OutputKind kind) {
    assertSlopes(Task.CLASSIFICATION, kind, List.of(2.0), new double[] {0.2, 0.3, 0.5});
  }

  @ParameterizedTest
  @EnumSource(OutputKind.class)
  void labelledMultilabelIsTheSlopeOfTheBinaryCrossEntropies(OutputKind kind) {
    assertSlopes(Task.MULTILABEL, kind, List.of(0.0, 1.0, 1.0), new double[] {0.2, 0.3, 0.9});
  }

  @Test
  void labelledRegressionIsTheSlopeOfTheSquaredError() {
    assertThat(
            OutputVector.labelled(
                settings(Task.REGRESSION, OutputKind.LOGITS),
                new float[] {3, 5},
                2,
                List.of(List.of(1.0, 6.0)),
                new Bits(1)))
        .containsExactly(2, -1);
  }

  @Test
  void aSampleHasOneSignForAllItsOutputs() {
    ImportanceSettings settings = settings(Task.REGRESSION, OutputKind.LOGITS);
    List<List<Double>> labels = List.of(List.of(0.0, 0.0), List.of(0.0, 0.0));
    assertThat(OutputVector.labelled(settings, new float[] {1, 2, 3, 4}, 2, labels, new Bits(0b10)))
        .containsExactly(-1, -2, 3, 4);
  }

  /** Compares with central differences of the negative log-likelihood. */
  private static void assertSlopes(Task task, OutputKind kind, List<Double> label, double[] p) {
    float[] f = new float[p.length];
    for (int k = 0; k < p.length; k++) {
      f[k] =
          switch (kind) {
            case LOGITS ->
                (float)
                    (task == Task.CLASSIFICATION ? Math.log(p[k]) : Math.log(p[k] / (1 - p[k])));
            case LOG_PROBABILITIES -> (float) Math.log(p[k]);
            case PROBABILITIES -> (float) p[k];
          };
    }
    float[] v =
        OutputVector.labelled(settings(task, kind), f, p.length, List.of(label), new Bits(1));
    for (int k = 0; k < p.length; k++) {
      double h = 1e-5;
      double slope =
          (loss(task, kind, label, f, k, h) - loss(task, kind, label, f, k, -h)) / (2 * h);
      assertThat((double) v[k]).isCloseTo(slope, within(1e-4));
    }
  }

  private static double loss(
      Task task, OutputKind kind, List<Double> label, float[] f, int moved, double by) {
    double[] p = new double[f.length];
    double sum = 0;
    for (int k = 0; k < f.length; k++) {
      double value = f[k] + (k == moved ? by : 0);
      p[k] =
          switch (kind) {
            case LOGITS ->
                task == Task.CLASSIFICATION ? Math.exp(value) : 1 / (1 + Math.exp(-value));
            case LOG_PROBABILITIES -> Math.exp(value);
            case PROBABILITIES -> value;
          };
      sum += p[k];
    }
    if (task == Task.CLASSIFICATION) {
      double picked = p[label.get(0).intValue()];
      return -Math.log(kind == OutputKind.LOGITS ? picked / sum : picked);
    }
    double loss = 0;
    for (int k = 0; k < f.length; k++) {
      loss -= Math.log(label.get(k) == 1 ? p[k] : 1 - p[k]);
    }
    return loss;
  }

  private static float[] logits(double[] p) {
    float[] f = new float[p.length];
    for (int k = 0; k < p.length; k++) {
      f[k] = (float) Math.log(p[k]);
    }
    return f;
  }

  private static ImportanceSettings settings(Task task, OutputKind kind) {
    return new ImportanceSettings(task, kind, Set.of(ImportanceMethod.FISHER), 1, false, List.of());
  }

  private static double[][] secondMoment(Task task, OutputKind kind, float[] f) {
    return secondMoment(settings(task, kind), f);
  }

  /** E[v v'] over all sign patterns, each as likely. */
  private static double[][] secondMoment(ImportanceSettings settings, float[] f) {
    int columns = f.length;
    int patterns = 1 << columns;
    double[][] second = new double[columns][columns];
    for (int pattern = 0; pattern < patterns; pattern++) {
      float[] v = OutputVector.labelFree(settings, f, columns, new Bits(pattern));
      for (int i = 0; i < columns; i++) {
        for (int j = 0; j < columns; j++) {
          second[i][j] += (double) v[i] * v[j] / patterns;
        }
      }
    }
    return second;
  }

  private static void assertDiagonal(double[][] matrix, double... diagonal) {
    for (int i = 0; i < diagonal.length; i++) {
      for (int j = 0; j < diagonal.length; j++) {
        double expected = i == j ? diagonal[i] : 0;
        assertThat(matrix[i][j]).isCloseTo(expected, within(EXACT * Math.max(1, expected)));
      }
    }
  }
}
