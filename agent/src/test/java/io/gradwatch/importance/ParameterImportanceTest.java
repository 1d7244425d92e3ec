package io.gradwatch.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gradwatch.importance.ParameterImportance.OfTensor;
import io.gradwatch.importance.device.DeviceSettings;
import io.gradwatch.importance.device.TorchScript;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.junit.jupiter.api.Test;

class ParameterImportanceTest {
  private static final double[][] WEIGHT = {{1, 2}, {-3, 0.5}, {0.25, 1}};
  private static final LinearModel MODEL = new LinearModel(WEIGHT, 0.5, 1, -1);

  private static ImportanceSettings settings(Task task) {
    return new ImportanceSettings(
        task,
        OutputKind.LOGITS,
        Set.of(ImportanceMethod.FISHER, ImportanceMethod.TAYLOR),
        1,
        false,
        task == Task.REGRESSION ? List.of(1.0, 2.0, 4.0) : List.of());
  }

  /** d f_k / d w_ki is x_i, so that its Fisher information is mean(x_i^2) / sigma_k^2, exactly. */
  @Test
  void isTheClosedFormOfALinearRegression() {
    List<InferenceSample> samples = Samples.normal(40, 2, 3);

    ParameterImportance found =
        ParameterImportance.over(MODEL, settings(Task.REGRESSION), samples, done -> {});

    double[] sigma = {1, 2, 4};
    OfTensor weight = found.tensors().get(0);
    assertThat(weight.parameter().name()).isEqualTo("weight");
    for (int k = 0; k < 3; k++) {
      for (int i = 0; i < 2; i++) {
        int input = i;
        double square =
            samples.stream()
                .mapToDouble(s -> Math.pow(LinearModel.input(s)[input], 2))
                .average()
                .orElseThrow();
        double fisher = square / (sigma[k] * sigma[k]);
        assertThat((double) weight.fisher()[2 * k + i]).isCloseTo(fisher, within(1e-6 * fisher));
        assertThat((double) weight.taylor()[2 * k + i])
            .isCloseTo(fisher * WEIGHT[k][i] * WEIGHT[k][i], within(1e-5));
      }
    }
    assertThat(found.samples()).isEqualTo(40);
    assertThat(found.scalars()).isEqualTo(9);
  }

  @Test
  void isTheSameEachTime() {
    List<InferenceSample> samples = Samples.normal(10, 2, 3);
    List<Integer> told = new ArrayList<>();

    ParameterImportance first =
        ParameterImportance.over(MODEL, settings(Task.CLASSIFICATION), samples, told::add);
    ParameterImportance second =
        ParameterImportance.over(MODEL, settings(Task.CLASSIFICATION), samples, done -> {});

    assertThat(first.tensors().get(0).fisher()).isEqualTo(second.tensors().get(0).fisher());
    assertThat(told).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    assertThatThrownBy(
            () ->
                ParameterImportance.over(
                    MODEL, settings(Task.CLASSIFICATION), List.of(), done -> {}))
        .hasMessage("there are no samples");
  }

  /** The two draw other signs, so groups agree within what their standard errors allow. */
  @Test
  void addsUpToTheImportanceOfTheGroups() {
    try (TorchScript model = TorchScript.load(Digits.MODEL, new DeviceSettings("cpu", 1))) {
      List<InferenceSample> samples = Digits.heldOut().subList(0, 256);
      ImportanceSettings settings = settings(Task.CLASSIFICATION);

      ParameterImportance found = ParameterImportance.over(model, settings, samples, done -> {});
      ImportanceSnapshot groups =
          OnePass.importance(model, settings, Samples.batch("digits", 0, samples), () -> 0);

      for (int i = 0; i < groups.groups().size(); i++) {
        ImportanceSnapshot.GroupImportance group = groups.groups().get(i);
        OfTensor tensor = found.tensors().get(i);
        assertThat(tensor.parameter().name()).isEqualTo(group.name());
        agree(tensor.fisher(), group, "fisher");
        agree(tensor.taylor(), group, "taylor");
      }
    }
  }

  /** The exact one takes a pass a class: v = sqrt(p_c) (e_c - p), whose squares add up to it. */
  @Test
  void approachesTheExactFisherInformation() {
    try (TorchScript model = TorchScript.load(Digits.MODEL, new DeviceSettings("cpu", 1))) {
      List<InferenceSample> samples = Digits.heldOut().subList(0, 200);
      int fc1 = model.parameters().stream().map(Parameter::name).toList().indexOf("fc1.weight");
      double[] exact = new double[(int) model.parameters().get(fc1).elements()];
      for (InferenceSample sample : samples) {
        for (int c = 0; c < 10; c++) {
          try (DifferentiableModel.ForwardPass pass = model.forward(List.of(sample))) {
            double[] p = PredictiveDistribution.classes(OutputKind.LOGITS, outputs(pass));
            float[] vector = new float[p.length];
            for (int k = 0; k < p.length; k++) {
              vector[k] = (float) (Math.sqrt(p[c]) * ((k == c ? 1 : 0) - p[k]));
            }
            float[] gradient = pass.gradients(vector).get(fc1);
            for (int at = 0; at < exact.length; at++) {
              exact[at] += (double) gradient[at] * gradient[at] / samples.size();
            }
          }
        }
      }

      float[] found =
          ParameterImportance.over(model, settings(Task.CLASSIFICATION), samples, done -> {})
              .tensors()
              .get(fc1)
              .fisher();

      double[] estimate = IntStream.range(0, found.length).mapToDouble(i -> found[i]).toArray();
      assertThat(new PearsonsCorrelation().correlation(exact, estimate)).isGreaterThan(0.95);
      assertThat(Arrays.stream(estimate).sum() / Arrays.stream(exact).sum()).isBetween(0.75, 1.33);
    }
  }

  private static double[] outputs(DifferentiableModel.ForwardPass pass) {
    float[] outputs = pass.outputs();
    return IntStream.range(0, outputs.length).mapToDouble(i -> outputs[i]).toArray();
  }

  private static void agree(
      float[] values, ImportanceSnapshot.GroupImportance group, String method) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    ImportanceSnapshot.Value expected = Objects.requireNonNull(group.methods().get(method));
    double error = expected.stderr() == null ? 0 : expected.stderr();
    assertThat(sum).as(group.name()).isCloseTo(expected.mean(), within(5 * error));
  }
}
