/**
 * Stage 3 of 5: takes a {@link io.gradwatch.window.SampleBatch}, gives an {@link
 * ImportanceSnapshot}.
 *
 * <p>Remembers the loaded models; the {@code ImportanceWorkers} have one thread a device, on which
 * every pass runs.
 *
 * <p>Must never run on a stream thread, look downstream, or touch DJL outside {@code
 * importance.device}.
 *
 * <p>{@link OnePass} is the entry for the methods that share one backward pass ({@link
 * ImportanceMethod}). Methods with passes of their own come from {@link OwnPasses}, on the same
 * {@link DifferentiableModel}, each with a period and a budget ({@link PeriodicMethod}).
 */
@NullMarked
package io.gradwatch.importance;

import org.jspecify.annotations.NullMarked;
