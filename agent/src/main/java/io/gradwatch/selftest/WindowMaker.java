package io.gradwatch.selftest;

import io.gradwatch.importance.DifferentiableModel;
import io.gradwatch.importance.ImportanceSettings;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.OnePass;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import java.util.List;

/**
 * Turns samples into windows as the agent does.
 *
 * @param model on the calling thread
 * @param name of the model in the snapshots
 * @param settings with everything settled
 * @param size samples a window
 * @param lengthMillis of a window
 */
public record WindowMaker(
    DifferentiableModel model,
    String name,
    ImportanceSettings settings,
    int size,
    long lengthMillis) {

  /** The importance over exactly {@code size} samples. */
  ImportanceSnapshot window(List<InferenceSample> samples, long start) {
    SampleBatch batch =
        new SampleBatch(name, start, start + lengthMillis, samples, samples.size(), "");
    return OnePass.importance(model, settings, batch, () -> 0);
  }
}
