package io.gradwatch.topology;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What may be an id that records are joined by. */
public final class JoinId {
  /** It travels beside the record, and no record may become longer than its topic takes. */
  static final int MAX_BYTES = 1024;

  private JoinId() {}

  /** The id; null where there is none, or one that is empty or longer than 1 KiB of UTF-8. */
  public static @Nullable String orNull(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > MAX_BYTES) {
      return null;
    }
    return text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES ? null : text;
  }
}
