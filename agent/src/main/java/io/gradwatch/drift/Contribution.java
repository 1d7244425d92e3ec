package io.gradwatch.drift;

/**
 * What drift needs of one group in one window.
 *
 * @param mean the paging method's mean over samples, finite, at least 0
 * @param profile mean contribution a unit, at most 256 bins; empty where the method has none
 * @param units in the group; 0 in windows that an earlier release collected
 */
@SuppressWarnings("ArrayRecordComponent") // thousands are held while calibrating, never compared
public record Contribution(double mean, float[] profile, int units) {
  /** With an entry a unit. */
  Contribution(double mean, float[] profile) {
    this(mean, profile, profile.length);
  }
}
