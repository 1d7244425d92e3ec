/**
 * The commands of {@code gradwatch}. Each reads its options, calls a stage or the agent, and
 * prints.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 wrong usage or configuration. Errors go to standard error,
 * results to standard output.
 */
@NullMarked
package io.gradwatch.cli;

import org.jspecify.annotations.NullMarked;
