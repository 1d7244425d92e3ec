/**
 * The two topologies, each readable on one screen, and the processors that carry the data from
 * stage to stage.
 *
 * <p>Processors remember what is in their stores and rebuild the rest from there; they run on
 * stream threads.
 *
 * <p>Nothing in a processor waits or does I/O.
 */
@NullMarked
package io.gradwatch.topology;

import org.jspecify.annotations.NullMarked;
