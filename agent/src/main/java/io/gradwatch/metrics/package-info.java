/**
 * The metrics that Gradwatch exports: {@link io.gradwatch.metrics.Metric} declares each one once,
 * {@link io.gradwatch.metrics.Metrics} holds their values.
 *
 * <p>Callable on any thread. Knows no stage: values come as numbers, labels as strings.
 */
@NullMarked
package io.gradwatch.metrics;

import org.jspecify.annotations.NullMarked;
