package io.gradwatch.drift;

/** What moved about a group. */
public enum Direction {
  /** It matters more than in the baseline. */
  UP,
  /** It matters less. */
  DOWN,
  /** It matters by other units. */
  SHAPE
}
