package io.gradwatch.sample;

/**
 * Says that bytes are no inference sample. The message says what was found, where in the payload
 * and what was expected, in one line that can be put into a header.
 */
public final class MalformedSampleException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedSampleException(String message) {
    super(message);
  }

  public MalformedSampleException(String message, Throwable cause) {
    super(message, cause);
  }
}
