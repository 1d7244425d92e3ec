package io.gradwatch.drift;

/**
 * What drift needs of one group in one window.
 *
 * @param mean the paging method's mean over samples, finite, at least 0
 * @param profile mean contribution a unit, at most 256 bins; empty where the method has none
 */
@SuppressWarnings("ArrayRecordComponent") // thousands are held while calibrating, never compared
public record Contribution(double mean, float[] profile) {}
