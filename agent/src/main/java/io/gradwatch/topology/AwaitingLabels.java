package io.gradwatch.topology;

import io.gradwatch.importance.Settled;

/**
 * A computed window whose labels may still come. Store entry, keyed by model and start.
 *
 * @param model the model's configured name
 * @param start inclusive, milliseconds since 1970-01-01 UTC
 * @param end exclusive
 * @param due wall-clock time at which the labels that have come are taken
 * @param settled what it was computed with
 */
record AwaitingLabels(String model, long start, long end, long due, Settled settled) {}
