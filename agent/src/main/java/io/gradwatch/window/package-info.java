/**
 * Stage 2 of 5: takes records with event times and priorities, gives one {@link SampleBatch} a
 * closed window.
 *
 * <p>Remembers thresholds and watermarks; callers own those objects and their thread.
 *
 * <p>Must never look downstream, at Kafka or at a clock: time comes as an argument.
 */
@NullMarked
package io.gradwatch.window;

import org.jspecify.annotations.NullMarked;
