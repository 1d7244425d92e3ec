/**
 * One HTTP server: the metrics, whether the process lives, and a page for people.
 *
 * <p>Knows no stage: {@link io.gradwatch.http.ModelRow}s come from a supplier, which is called on
 * the server's threads.
 */
@NullMarked
package io.gradwatch.http;

import org.jspecify.annotations.NullMarked;
