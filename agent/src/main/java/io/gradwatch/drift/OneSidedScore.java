package io.gradwatch.drift;

/**
 * A score and the side to which it may drift. A scale drifts up or down, a shape only up. Folding a
 * scale to its distance from the median instead wastes a third of the power.
 *
 * @param score index of the score
 * @param up whether large values are extreme
 */
record OneSidedScore(int score, boolean up) {}
