/**
 * Stage 5 of 5: takes {@link io.gradwatch.importance.ImportanceSnapshot}s and {@link
 * io.gradwatch.drift.DriftReading}s, gives metrics, {@link io.gradwatch.report.Alert}s and lines
 * for people.
 *
 * <p>Remembers which series each model has. Alerts and lines are pure functions; {@link
 * io.gradwatch.report.ModelReport} is callable on any thread.
 *
 * <p>Must never decide about drift, or look at Kafka or at a clock.
 */
@NullMarked
package io.gradwatch.report;

import org.jspecify.annotations.NullMarked;
