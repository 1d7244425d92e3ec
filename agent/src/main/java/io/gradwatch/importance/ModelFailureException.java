package io.gradwatch.importance;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Says that a model cannot be loaded or used. The message names the file or window, what was found,
 * what was expected and what to do.
 */
public final class ModelFailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it is; the name in lower case is the value of the reason label. */
  public enum Reason {
    /** The file is missing, no TorchScript, or has nothing to differentiate. */
    LOAD,
    /** The samples do not fit the model. */
    INPUTS,
    /** The model's output has no gradient or does not fit the task. */
    OUTPUT,
    /** The device's memory was not enough. */
    OUT_OF_MEMORY,
    /** So little memory of the device is free that the production model needs it more. */
    LOW_MEMORY,
    /** Passes differ, or gradients are wrong, so that no number of this model can be trusted. */
    UNTRUSTED,
    /** The device time that a method may take was spent before it had any number. */
    BUDGET,
    /** Anything else that libtorch said. */
    DEVICE;

    /** The reason as it stands in labels and records, for instance {@code out-of-memory}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a whole window can fail of it: only periodic methods have a budget. */
    public boolean ofWindow() {
      return this != BUDGET;
    }
  }

  private final Reason reason;

  public ModelFailureException(Reason reason, String message) {
    this(reason, message, null);
  }

  public ModelFailureException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
