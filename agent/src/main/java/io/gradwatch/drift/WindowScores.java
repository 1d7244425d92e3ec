package io.gradwatch.drift;

/**
 * The scores of one live window, as they joined the pool. One store entry each.
 *
 * @param start event time at which the window starts, milliseconds since 1970-01-01 UTC
 * @param values one a score in the baseline's order, not shrunk by the deadband
 */
@SuppressWarnings("ArrayRecordComponent") // tens of thousands are held, never compared
public record WindowScores(long start, float[] values) {
  /** Whether it holds one finite number a score. */
  boolean fits(Scorer scorer) {
    boolean finite = values.length == scorer.scores().size();
    for (float value : values) {
      finite &= Float.isFinite(value);
    }
    return finite;
  }
}
