package io.gradwatch.importance;

import org.jspecify.annotations.Nullable;

/**
 * Whether the watched model is the one that serves: how far its outputs f are from the served
 * outputs s for the same inputs.
 *
 * <p>Over all output values of all compared samples of a window, with f converted to the kind that
 * is served,
 *
 * <pre>
 * error = sqrt(sum (f - s)^2 / ((sum f^2 + sum s^2) / 2))
 * </pre>
 *
 * <p>or 0 where both are all zero. It is 0 for equal outputs, the relative root mean square error
 * while it is small, sqrt(2) for outputs that have nothing to do with each other, and 2 for
 * opposite ones. Rounding of FP32 gives up to 1e-6, serving in FP16 some 1e-4. It looks at values
 * and not at their spread: outputs with a mean far from 0 and little variation around it look
 * alike.
 *
 * @param error 0 to 2; null if no sample could be compared
 * @param samples that were compared
 * @param unlike samples left out: they came with served outputs that do not fit the model's, or are
 *     not finite
 * @param reason why the first of those was left out; null if there is none
 */
public record Parity(@Nullable Double error, int samples, int unlike, @Nullable String reason) {}
