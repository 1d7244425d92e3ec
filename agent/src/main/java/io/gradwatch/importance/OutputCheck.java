package io.gradwatch.importance;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.sample.InferenceSample;
import java.util.List;

/** Whether outputs are what the task says. */
final class OutputCheck {
  private OutputCheck() {}

  /**
   * Refuses outputs that the task cannot mean, and numbers that would make every sum NaN.
   *
   * @throws ModelFailureException saying what was found and expected
   */
  static void requireFit(
      Task task, List<InferenceSample> samples, ForwardPass pass, float[] outputs) {
    if (task == Task.BINARY && pass.columns() != 1) {
      throw failure(
          "task binary has one output, the model gives %d; set task to classification or multilabel"
              .formatted(pass.columns()));
    }
    if (task == Task.CLASSIFICATION && pass.columns() < 2) {
      throw failure(
          "task classification has an output a class, the model gives one; set task to binary");
    }
    if (task == Task.CLASSIFICATION && pass.shape().stream().filter(e -> e > 1).count() > 1) {
      throw failure(
          "task classification has one answer a sample, the model's output a sample is %s; pick or pool one"
              .formatted(pass.shape()));
    }
    for (int i = 0; i < outputs.length; i++) {
      if (!Float.isFinite(outputs[i])) {
        throw new ModelFailureException(
            Reason.INPUTS,
            "the model gives %s for the sample with id '%s'; look for NaN among its inputs"
                .formatted(outputs[i], samples.get(i / pass.columns()).id()));
      }
    }
  }

  private static ModelFailureException failure(String message) {
    return new ModelFailureException(Reason.OUTPUT, message);
  }
}
