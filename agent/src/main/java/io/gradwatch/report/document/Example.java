package io.gradwatch.report.document;

import org.jspecify.annotations.Nullable;

/**
 * A sample that contributed much to what moved.
 *
 * @param reference topic, partition and offset, or file and line; for instance {@code
 *     requests-3@42}
 * @param id the sender's id; empty if there is none
 * @param share in what moved, for instance {@code 3.2 %}
 * @param values its inputs as text; null where nobody may see them, and {@code expired} where they
 *     are gone
 */
public record Example(String reference, String id, String share, @Nullable String values) {}
