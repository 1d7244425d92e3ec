package io.gradwatch.importance;

/**
 * Says that a model cannot be loaded or used. The message names the file or window, what was found,
 * what was expected and what to do.
 */
public final class ModelFailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ModelFailureException(String message) {
    super(message);
  }

  public ModelFailureException(String message, Throwable cause) {
    super(message, cause);
  }
}
