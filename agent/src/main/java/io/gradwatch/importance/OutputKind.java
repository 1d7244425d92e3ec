package io.gradwatch.importance;

import java.util.Locale;

/**
 * What the numbers are that the model gives. Each kind follows from the ones before it, and not the
 * other way round.
 */
public enum OutputKind {
  LOGITS,
  LOG_PROBABILITIES,
  PROBABILITIES;

  /**
   * Whether these numbers determine those of another kind. Logits do not come back: a softmax
   * leaves their sum open, and next to 1 a probability in floating point leaves a large logit open;
   * the same rounding hides small probabilities from log-probabilities.
   */
  public boolean determines(OutputKind other) {
    return compareTo(other) <= 0;
  }

  /** The number at which yes is as probable as no. */
  public double evenOdds() {
    return switch (this) {
      case LOGITS -> 0;
      case LOG_PROBABILITIES -> Math.log(0.5);
      case PROBABILITIES -> 0.5;
    };
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
