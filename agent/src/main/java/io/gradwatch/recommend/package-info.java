/**
 * Acting on importance: takes a {@link io.gradwatch.importance.ParameterImportance}, gives what to
 * prune and what to protect ({@link io.gradwatch.recommend.Recommendation}), and arrays for Python
 * ({@link io.gradwatch.recommend.NumpyFile}).
 *
 * <p>Remembers nothing, any thread. Must never look at Kafka, at drift or at a clock.
 */
@NullMarked
package io.gradwatch.recommend;

import org.jspecify.annotations.NullMarked;
