/**
 * One HTTP server: the metrics, whether the process lives, and a page for people.
 *
 * <p>Knows no stage: what the page shows comes as JSON from {@link io.gradwatch.http.PageData},
 * which is called on the server's threads.
 */
@NullMarked
package io.gradwatch.http;

import org.jspecify.annotations.NullMarked;
