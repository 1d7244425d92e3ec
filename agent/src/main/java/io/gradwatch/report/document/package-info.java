/**
 * The report for people who do not read metrics: takes the readings and windows of a stretch of
 * time ({@link io.gradwatch.report.document.Observations}), gives a document.
 *
 * <p>In three pure steps: {@link io.gradwatch.report.document.Findings} turn observations into
 * named numbers and verdicts, {@link io.gradwatch.report.document.Narrative} turns those into
 * sentences, each of which names the numbers in it, and {@link io.gradwatch.report.document.Report}
 * puts them and the pictures into a page.
 *
 * <p>Remembers nothing, any thread. Must never say a number that is not among the findings.
 */
@NullMarked
package io.gradwatch.report.document;

import org.jspecify.annotations.NullMarked;
