/**
 * Stage 4 of 5: takes an {@link io.gradwatch.importance.ImportanceSnapshot}, gives a {@link
 * DriftReading}.
 *
 * <p>Remembers a baseline and the scores of earlier windows a model version; what must survive a
 * restart is handed to the caller as values.
 *
 * <p>Pure steps, one caller a model version; must never look downstream, at Kafka, at a device or
 * at a clock.
 */
@NullMarked
package io.gradwatch.drift;

import org.jspecify.annotations.NullMarked;
