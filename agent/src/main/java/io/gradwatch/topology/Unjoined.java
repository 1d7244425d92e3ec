package io.gradwatch.topology;

/**
 * Why a request, a response or a label was joined with nothing: values of the label {@code reason}.
 */
final class Unjoined {
  /** It names no id. */
  static final String NO_ID = "no-id";

  /** Another request of its window has the same id. */
  static final String AMBIGUOUS = "ambiguous";

  /** What it belongs to did not come in time. */
  static final String EXPIRED = "expired";

  /** There was no room to keep it, or what it belongs to. */
  static final String OVER_BYTES = "over-bytes";

  private Unjoined() {}
}
