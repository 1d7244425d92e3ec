package io.gradwatch.sample;

/**
 * Why a record is no part of any sample. The name in lower case is the value of the {@code reason}
 * label and header.
 */
public enum Refusal {
  /** Longer than {@code payload-max-bytes}. */
  TOO_LARGE,
  /** No event time, or a negative one. */
  BAD_TIME,
  /** Further ahead of the wall clock than {@code max-future-skew}. */
  FUTURE,
  /** Not an inference sample in any known format. */
  MALFORMED;

  /** The reason as it stands in labels and headers, for instance {@code too-large}. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
