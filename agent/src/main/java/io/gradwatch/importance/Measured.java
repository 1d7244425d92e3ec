package io.gradwatch.importance;

import io.gradwatch.sample.InferenceSample;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one method with passes of its own found.
 *
 * @param samples rows that the numbers are made of, at most those of the window
 * @param microBatch samples a pass
 * @param groups in the module's order, or the model's inputs
 */
record Measured(int samples, int microBatch, List<OfGroup> groups) {
  /** Micro-batches that a window gives at least, if it has as many samples. */
  private static final int ROWS = 32;

  /** Where the choice was left open and matters little. */
  private static final int MICRO_BATCH = 16;

  Measured {
    groups = List.copyOf(groups);
  }

  /**
   * One group.
   *
   * @param parameters scalars in it
   * @param estimate null where the budget did not last for it
   * @param profile see {@link ImportanceSnapshot.Value}
   */
  record OfGroup(
      String name,
      long parameters,
      int units,
      @Nullable Estimate estimate,
      @Nullable List<Float> profile) {}

  /** The numbers of a group of parameters. */
  static OfGroup of(Group group, @Nullable Estimate estimate, @Nullable List<Float> profile) {
    return new OfGroup(group.name(), group.elements(), group.units(), estimate, profile);
  }

  /** The configured samples a pass. */
  static int microBatch(ImportanceSettings settings) {
    return settings.microBatch() == ImportanceSettings.AUTO ? MICRO_BATCH : settings.microBatch();
  }

  /**
   * Samples a pass for methods that draw anew for each micro-batch: the configured number, less
   * where the window would give fewer than {@value #ROWS} draws.
   */
  static int microBatchOfDraws(ImportanceSettings settings, List<InferenceSample> samples) {
    return Math.max(1, Math.min(microBatch(settings), samples.size() / ROWS));
  }
}
