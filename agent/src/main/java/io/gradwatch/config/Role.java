package io.gradwatch.config;

import java.util.Locale;

/** Which of the two applications a process runs. */
public enum Role {
  /** Reads the inference topics and forwards the sampled records. */
  SAMPLING,
  /** Differentiates the models on the sampled records and watches for drift. */
  IMPORTANCE;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
