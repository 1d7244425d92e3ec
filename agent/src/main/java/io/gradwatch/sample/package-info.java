/**
 * Stage 1 of 5: takes the bytes of a record, gives {@link InferenceSample}s and the record's {@link
 * Priority}.
 *
 * <p>Remembers nothing. Pure functions, callable on any thread.
 *
 * <p>Must never look at another stage, at Kafka or at a clock.
 */
@NullMarked
package io.gradwatch.sample;

import org.jspecify.annotations.NullMarked;
