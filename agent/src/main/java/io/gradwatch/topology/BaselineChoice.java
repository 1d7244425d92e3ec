package io.gradwatch.topology;

import io.gradwatch.importance.Settled;
import org.jspecify.annotations.Nullable;

/**
 * Which baseline of a model version counts, as its stream task has it at hand for every window.
 *
 * @param decision number of the last decision of a person; 0 before the first
 * @param active id of the baseline; null before there is one
 * @param pinned whether the agent must not replace it
 * @param settled what windows are to be computed with; null before there is a baseline
 */
record BaselineChoice(
    long decision, @Nullable String active, boolean pinned, @Nullable Settled settled) {
  static final BaselineChoice NONE = new BaselineChoice(0, null, false, null);
}
