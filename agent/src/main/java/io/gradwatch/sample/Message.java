package io.gradwatch.sample;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a record holds: a request, or a response on its own.
 *
 * @param rows of the request; none in a response
 * @param response null in a request
 */
public record Message(List<InferenceSample> rows, @Nullable InferenceResponse response) {
  public Message {
    rows = List.copyOf(rows);
  }

  /** The id within it; null where it has none. */
  public @Nullable String id() {
    if (response != null) {
      return response.id();
    }
    return rows.isEmpty() ? null : rows.get(0).id();
  }

  /** Which of the two a record is. */
  public enum Kind {
    REQUEST,
    RESPONSE,
    /** Only its value tells. */
    UNKNOWN
  }
}
