package io.gradwatch.report.document;

import org.jspecify.annotations.Nullable;

/**
 * A sample that contributed much to what moved.
 *
 * @param reference topic, partition and offset, or file and line; for instance {@code
 *     requests-3@42}
 * @param id the sender's id; empty if there is none
 * @param share in what moved, for instance {@code 3.2 %}
 * @param seen what the sample holds; null where nobody may see it
 */
public record Example(String reference, String id, String share, @Nullable Seen seen) {
  /**
   * What a sample holds.
   *
   * @param values of its inputs as text, or {@code expired} where the topic has deleted it
   * @param picture of its first input as a {@code data:} URI; null where that is no image
   * @param saliency of the model's prediction on it likewise; null where it is not known
   */
  public record Seen(String values, @Nullable String picture, @Nullable String saliency) {
    /** Of a sample that is gone. */
    public static final Seen EXPIRED = new Seen("expired", null, null);
  }
}
