package io.gradwatch.importance;

import org.jspecify.annotations.Nullable;

/**
 * What the first window of a version settled, as a stream task keeps it over restarts.
 *
 * @param sha256 of the model file whose window it was
 * @param bins into which inputs and outputs are counted, beside counts that mean nothing here; null
 *     where none are settled
 */
public record Settled(String sha256, Tuning tuning, @Nullable TrafficSummary bins) {
  /** Without bins. */
  public Settled(String sha256, Tuning tuning) {
    this(sha256, tuning, null);
  }

  /** What a window was computed with. */
  public static Settled of(ImportanceSnapshot snapshot) {
    return new Settled(snapshot.version().sha256(), snapshot.tuning(), snapshot.traffic());
  }

  /** The same with other bins. */
  public Settled withBins(@Nullable TrafficSummary others) {
    return new Settled(sha256, tuning, others);
  }

  /** The same; where it has no bins, with those of the last window if that was of the same file. */
  public Settled orBinsOf(@Nullable Settled last) {
    return bins == null && last != null && last.sha256.equals(sha256) ? withBins(last.bins) : this;
  }

  /** Whether it is of the same file, and not against what has been configured since. */
  boolean fits(ModelVersion loaded, ImportanceSettings configured) {
    return sha256.equals(loaded.sha256())
        && (configured.microBatch() == ImportanceSettings.AUTO
            || configured.microBatch() == tuning.microBatch());
  }
}
