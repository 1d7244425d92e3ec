package io.gradwatch.importance;

import java.util.Locale;

/** What the numbers are that the model gives. */
public enum OutputKind {
  LOGITS,
  LOG_PROBABILITIES,
  PROBABILITIES;

  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
