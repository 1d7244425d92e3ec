package io.gradwatch.importance;

/**
 * What the first window of a version settled, as a stream task keeps it over restarts.
 *
 * @param sha256 of the model file whose window it was
 */
public record Settled(String sha256, Tuning tuning) {
  /** What a window was computed with. */
  public static Settled of(ImportanceSnapshot snapshot) {
    return new Settled(snapshot.version().sha256(), snapshot.tuning());
  }

  /** Whether it is of the same file, and not against what has been configured since. */
  boolean fits(ModelVersion loaded, ImportanceSettings configured) {
    return sha256.equals(loaded.sha256())
        && (configured.microBatch() == ImportanceSettings.AUTO
            || configured.microBatch() == tuning.microBatch());
  }
}
