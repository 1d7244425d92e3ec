/**
 * The border to libtorch: all of DJL, and nothing else has it.
 *
 * <p>Every call runs on the one thread of its device; nothing that libtorch allocated outlives a
 * micro-batch.
 */
@NullMarked
package io.gradwatch.importance.device;

import org.jspecify.annotations.NullMarked;
