/**
 * Stage 3 of 5: takes a {@link io.gradwatch.window.SampleBatch}, gives an {@link
 * ImportanceSnapshot}.
 *
 * <p>Remembers the loaded models; the {@code ImportanceWorker} has one thread a device, on which
 * every pass runs.
 *
 * <p>Must never run on a stream thread, look downstream, or touch DJL outside {@code
 * importance.device}.
 *
 * <p>{@link OnePass} is the entry for the methods that share one backward pass ({@link
 * ImportanceMethod}), {@link OwnPasses} for those with passes of their own: by gradients
 * attribution and mas, by changes of the model sensitivity, permutation, dropout, activation and
 * shapley.
 */
@NullMarked
package io.gradwatch.importance;

import org.jspecify.annotations.NullMarked;
