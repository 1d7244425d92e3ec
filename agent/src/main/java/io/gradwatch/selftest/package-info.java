/**
 * The proof of the promise on the user's own model and traffic: plays windows without drift, and
 * shifts that are put into samples, through the tracker that the agent uses.
 *
 * <p>Takes importance snapshots and samples, gives a report. Remembers nothing; runs on the calling
 * thread, which is that of the model's device.
 *
 * <p>Must never have a detector of its own.
 */
@NullMarked
package io.gradwatch.selftest;

import org.jspecify.annotations.NullMarked;
