package io.gradwatch.drift;

import io.gradwatch.importance.TrafficSummary;
import org.jspecify.annotations.Nullable;

/**
 * How far the making of a baseline has come; the windows themselves are kept beside it.
 *
 * @param fingerprint of the windows collected so far; null before the first
 * @param attemptAt collected windows at which a baseline is tried next
 * @param shortcoming why the last try could not carry the budget, or why it was begun anew; null
 *     where neither happened
 * @param traffic inputs and outputs of the windows collected so far, of those that were counted
 *     into the same bins; null before the first of them
 */
public record CalibrationState(
    @Nullable Fingerprint fingerprint,
    int attemptAt,
    @Nullable String shortcoming,
    @Nullable TrafficSummary traffic) {
  static final CalibrationState START = new CalibrationState(null, 0, null, null);
}
