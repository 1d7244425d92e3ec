/**
 * Bytes of records and store entries. Knows no stage; stateless, callable on any thread.
 *
 * <p>Every value carries the version of its format, so that a rolling upgrade can read what the
 * release before wrote.
 */
@NullMarked
package io.gradwatch.serde;

import org.jspecify.annotations.NullMarked;
