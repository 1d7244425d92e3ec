package io.gradwatch.drift;

import io.gradwatch.importance.ModelVersion;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A baseline with where it came from, as the baselines topic and exported files hold it.
 *
 * @param format version of the JSON form, {@value #FORMAT}
 * @param id identifies the contents, 12 lower-case hex digits: the same windows make the same id
 * @param model the model's configured name
 * @param version the model whose windows it is made of; its SHA-256 is the fingerprint's
 * @param origin what it was made of
 * @param createdAt when it was made, milliseconds since 1970-01-01 UTC
 * @param by who made it
 * @param note what somebody wished to say of it; null if nothing
 * @param decision number of the {@link BaselineSelection} that was known when an agent made it; 0
 *     before the first one, and for every other origin
 * @param baseline the contents
 */
public record StoredBaseline(
    int format,
    String id,
    String model,
    ModelVersion version,
    Origin origin,
    long createdAt,
    String by,
    @Nullable String note,
    long decision,
    Baseline baseline) {
  public static final int FORMAT = 1;

  /** Who the agent says it is. */
  public static final String AGENT = "agent";

  public StoredBaseline {
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "stored baseline has format %d, must be %d; export it again with this release"
              .formatted(format, FORMAT));
    }
    Objects.requireNonNull(baseline, "no baseline in it");
    if (!baseline.id().equals(id)) {
      throw new IllegalArgumentException(
          "its id is %s, its contents have %s: it was changed or damaged"
              .formatted(id, baseline.id()));
    }
    if (!version.sha256().equals(baseline.fingerprint().sha256())) {
      throw new IllegalArgumentException(
          "it names model file %s, its contents are of %s"
              .formatted(version.sha256(), baseline.fingerprint().sha256()));
    }
  }

  /** What a baseline was made of. */
  public enum Origin {
    /** The first windows that fitted together, by the agent itself. */
    LIVE,
    /** A range of past windows of the importance topic. */
    HISTORY,
    /** Disjoint windows of a reference file. */
    FILE,
    /** A file that was exported before. */
    IMPORT
  }

  /** A baseline as it is made now; its id follows from its contents. */
  public static StoredBaseline of(
      String model,
      ModelVersion version,
      Origin origin,
      long createdAt,
      String by,
      @Nullable String note,
      Baseline baseline) {
    return new StoredBaseline(
        FORMAT, baseline.id(), model, version, origin, createdAt, by, note, 0, baseline);
  }

  /** One that the agent made, knowing a decision. */
  public static StoredBaseline live(
      String model, ModelVersion version, long createdAt, long decision, Baseline baseline) {
    return new StoredBaseline(
        FORMAT,
        baseline.id(),
        model,
        version,
        Origin.LIVE,
        createdAt,
        AGENT,
        null,
        decision,
        baseline);
  }
}
