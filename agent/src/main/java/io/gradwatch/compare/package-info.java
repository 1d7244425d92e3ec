/**
 * The importance of two models over the same samples, side by side, on purpose.
 *
 * <p>Takes two importance snapshots, gives what of them can be compared. Pure; callable on any
 * thread.
 *
 * <p>Must never be part of an alarm: nothing compares across versions by itself.
 */
@NullMarked
package io.gradwatch.compare;

import org.jspecify.annotations.NullMarked;
