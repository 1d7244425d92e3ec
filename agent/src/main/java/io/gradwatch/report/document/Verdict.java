package io.gradwatch.report.document;

/** What can be the matter with a model; several at once can, the most urgent first. */
public enum Verdict {
  /** Nothing is known of the time that was asked for. */
  NO_DATA("There is no data"),
  /** Another model serves than the one that is watched: all else may be about the wrong file. */
  PARITY_BROKEN("Another model may be serving"),
  /** The true answers are no longer those that the model gives. */
  CONCEPT_DRIFT("The model's answers are no longer as true"),
  /** The traffic exercises other parts of the model, and single inputs show it. */
  DRIFT_INPUTS_MOVED("The model relies on other parts, and its inputs moved"),
  /** It exercises other parts of the model, and no single input shows it. */
  DRIFT_INPUTS_QUIET("The model relies on other parts, though no single input moved"),
  /** It exercises other parts of the model, and of the inputs nothing is known. */
  DRIFT("The model relies on other parts"),
  /** The evidence passed the laxer budget. */
  WARNING("First signs of drift"),
  /** The budget of false alarms cannot be promised. */
  UNCALIBRATED("The alarm cannot keep its promise"),
  /** The baseline is still being made, or windows closed too short. */
  TOO_FEW_WINDOWS("There is too little data to judge"),
  /** There was a drift, and it is over. */
  RECOVERED("A drift has ended"),
  /** The model's file changed. */
  NEW_VERSION("A new version of the model was deployed"),
  /** Nothing that matters. */
  STABLE("Nothing has changed that matters");

  private final String headline;

  Verdict(String headline) {
    this.headline = headline;
  }

  /** In a few words, without a number. */
  public String headline() {
    return headline;
  }

  /** Whether the traffic drifts now. */
  boolean drifts() {
    return this == DRIFT || this == DRIFT_INPUTS_MOVED || this == DRIFT_INPUTS_QUIET;
  }
}
