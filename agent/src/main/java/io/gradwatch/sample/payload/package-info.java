/**
 * Part of stage 1 of 5: takes a record's value and headers in any of the {@link
 * io.gradwatch.sample.payload.PayloadFormat formats}, gives the samples that the model takes.
 *
 * <p>Remembers nothing. Pure functions, callable on any thread. Memory and work are bounded by the
 * length of the payload, whatever it says of itself.
 *
 * <p>Must never answer a payload with anything but samples or a reasoned {@link
 * io.gradwatch.sample.MalformedSampleException}.
 */
@NullMarked
package io.gradwatch.sample.payload;

import org.jspecify.annotations.NullMarked;
