package io.gradwatch.drift;

import java.util.Locale;

/** What has drifted. */
public enum DriftKind {
  /** The traffic: it exercises other parts of the model. Seen without labels. */
  TRAFFIC,
  /** The concept: the answers that are true are no longer those that the model gives. */
  CONCEPT;

  /** As it stands in records and texts, for instance {@code concept drift}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT) + " drift";
  }
}
