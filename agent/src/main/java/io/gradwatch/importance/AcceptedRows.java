package io.gradwatch.importance;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of a window that its model takes, each tried alone in a pass forward: a row of another
 * shape, or one that overflows, must not cost the others.
 *
 * @param batch the window with these rows only, in their order, with the digest of all
 * @param refused how many rows were left out
 * @param why of the first row left out, with where it stands; empty if none was
 */
record AcceptedRows(SampleBatch batch, int refused, String why) {
  /**
   * Tries every row; on the thread of the model's device.
   *
   * @throws ModelFailureException if something else than a row is wrong
   */
  static AcceptedRows of(DifferentiableModel model, Task task, SampleBatch batch) {
    List<Integer> places = new ArrayList<>();
    String why = "";
    for (int place = 0; place < batch.samples().size(); place++) {
      String refusal = refusal(model, task, batch.samples().get(place));
      if (refusal.isEmpty()) {
        places.add(place);
      } else if (why.isEmpty()) {
        why =
            batch.references().isEmpty()
                ? refusal
                : "%s: %s".formatted(batch.references().get(place).text(), refusal);
      }
    }
    return new AcceptedRows(batch.ofRows(places), batch.samples().size() - places.size(), why);
  }

  /** Empty if the model takes it. */
  private static String refusal(DifferentiableModel model, Task task, InferenceSample sample) {
    List<InferenceSample> alone = List.of(sample);
    try (ForwardPass pass = model.forward(alone)) {
      OutputCheck.requireFit(task, alone, pass, pass.outputs());
      return "";
    } catch (ModelFailureException e) {
      if (e.reason() == Reason.INPUTS) {
        return String.valueOf(e.getMessage());
      }
      throw e;
    }
  }
}
