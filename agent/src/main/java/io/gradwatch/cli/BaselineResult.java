package io.gradwatch.cli;

import org.jspecify.annotations.Nullable;

/**
 * What a command did with a baseline, as JSON.
 *
 * @param model that it is of; null for a file that is made without a configuration
 * @param version of the model
 * @param id of the baseline; null for a file that is made without a configuration
 * @param windows in it
 * @param counts whether windows are compared with it from now on; null where nothing was decided
 * @param pinned whether the agent leaves it alone; null where nothing was decided
 * @param shortcoming why it cannot carry the budget of false alarms; null if it can
 */
record BaselineResult(
    @Nullable String model,
    @Nullable String version,
    @Nullable String id,
    int windows,
    @Nullable Boolean counts,
    @Nullable Boolean pinned,
    @Nullable String shortcoming) {}
