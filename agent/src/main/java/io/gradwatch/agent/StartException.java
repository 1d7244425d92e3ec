package io.gradwatch.agent;

import java.util.concurrent.ExecutionException;

/** Says why the agent cannot start or go on, and what to do, in one message for a person. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What a wrapped failure says. */
  static String cause(ExecutionException e) {
    Throwable cause = e.getCause();
    return String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
  }
}
