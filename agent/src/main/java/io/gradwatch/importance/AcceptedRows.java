package io.gradwatch.importance;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import io.gradwatch.window.SampleReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
   * Tries every row, until more than half are refused; on the thread of the model's device.
   *
   * @return none if more than half are: the rest would no longer be a sample of the traffic
   * @throws ModelFailureException if something else than a row is wrong
   */
  static Optional<AcceptedRows> of(DifferentiableModel model, Task task, SampleBatch batch) {
    List<Integer> places = new ArrayList<>();
    int refused = 0;
    String why = "";
    for (int place = 0; place < batch.samples().size(); place++) {
      String refusal = refusal(model, task, batch.samples().get(place));
      if (refusal.isEmpty()) {
        places.add(place);
        continue;
      }
      refused++;
      if (2 * refused > batch.samples().size()) {
        return Optional.empty();
      }
      if (why.isEmpty()) {
        List<SampleReference> references = batch.references();
        why = references.isEmpty() ? refusal : references.get(place).text() + ": " + refusal;
      }
    }
    return Optional.of(new AcceptedRows(batch.ofRows(places), refused, why));
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
