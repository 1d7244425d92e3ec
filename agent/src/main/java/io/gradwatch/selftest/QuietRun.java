package io.gradwatch.selftest;

import org.jspecify.annotations.Nullable;

/**
 * What came of one run without drift.
 *
 * @param run its number, from 1
 * @param uncalibrated why no budget could be promised, in a sentence, so that the run is no
 *     evidence of quiet; null if it could
 * @param alarm number of the window that paged, from 1 after the baseline; null if none did
 * @param alarmStart event time at which that window starts, milliseconds since 1970-01-01 UTC
 */
public record QuietRun(
    int run, @Nullable String uncalibrated, @Nullable Integer alarm, @Nullable Long alarmStart) {}
