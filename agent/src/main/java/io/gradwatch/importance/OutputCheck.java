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

  /**
   * Refuses probabilities that the settings take for logits: logits lie between 0 and 1 and add up
   * to 1 for no two samples.
   *
   * @param outputs of at least one sample; of one alone nothing is said
   * @throws ModelFailureException saying what to set
   */
  static void requireKind(ImportanceSettings settings, float[] outputs, int columns) {
    boolean logits =
        settings.task() == Task.CLASSIFICATION && settings.outputs() == OutputKind.LOGITS;
    if (!logits || outputs.length <= columns || !between0And1(outputs)) {
      return;
    }
    for (int at = 0; at < outputs.length; at += columns) {
      double sum = 0;
      for (int k = 0; k < columns; k++) {
        sum += outputs[at + k];
      }
      if (Math.abs(sum - 1) > 1e-3) {
        return;
      }
    }
    throw failure(
        "the outputs of each sample add up to 1: they are probabilities; set outputs to probabilities,"
            + " or better give the model without its last softmax");
  }

  /** Whether outputs that the settings take for logits may be probabilities of their own. */
  static boolean looksLikeProbabilities(ImportanceSettings settings, float[] outputs) {
    boolean logits = settings.task() != Task.REGRESSION && settings.outputs() == OutputKind.LOGITS;
    return logits && between0And1(outputs);
  }

  private static boolean between0And1(float[] outputs) {
    for (float output : outputs) {
      if (!(output >= 0 && output <= 1)) {
        return false;
      }
    }
    return true;
  }

  private static ModelFailureException failure(String message) {
    return new ModelFailureException(Reason.OUTPUT, message);
  }
}
