package io.gradwatch.importance;

import java.util.Locale;

/**
 * What the model predicts, which fixes the predictive distribution and so the Fisher information.
 */
public enum Task {
  /** One of C classes; outputs are C numbers a sample. */
  CLASSIFICATION,
  /** One yes or no; one number a sample. */
  BINARY,
  /** Several independent yes or no. */
  MULTILABEL,
  /** Real numbers with Gaussian error. */
  REGRESSION;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
