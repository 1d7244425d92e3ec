package io.gradwatch.drift;

import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.ModelVersion;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one window says about drift.
 *
 * @param format version of the JSON form, {@value #FORMAT}
 * @param model the model's configured name
 * @param version the model that was differentiated
 * @param start event time at which the window starts, inclusive, milliseconds since 1970-01-01 UTC
 * @param end event time at which it ends, exclusive
 * @param samples rows in the window's sample
 * @param status where the model stands after this window
 * @param reason why it is {@link DriftStatus#UNCALIBRATED} or still {@link
 *     DriftStatus#CALIBRATING}, in a sentence; else null
 * @param evidence M/c: 1 pages; 0 without a baseline
 * @param warningEvidence M over the limit of warnings
 * @param limit c, the average run length without drift in windows
 * @param baselineWindows windows in the baseline so far
 * @param soonestPage windows that a severe drift takes to page; null without a baseline
 * @param onset start of the first window of the drift, when the evidence was last below 1 % of the
 *     limit; null unless {@link DriftStatus#DRIFT}
 * @param groups in the module's order
 * @param kind what the reading is about; of a concept, {@code samples} are labelled rows, a group's
 *     effect is that of {@link ConceptTracker}, and there are no shapes
 * @param comparison other measures of the same window, which are shown and never alarm; null
 *     without a baseline that fits the window, and of a concept
 * @param contributors what contributed most to the groups under suspicion; null where nobody asked
 * @param skew how the live traffic differs from a reference; null without one
 */
public record DriftReading(
    int format,
    String model,
    ModelVersion version,
    long start,
    long end,
    int samples,
    DriftStatus status,
    @Nullable String reason,
    double evidence,
    double warningEvidence,
    double limit,
    int baselineWindows,
    @Nullable Integer soonestPage,
    @Nullable Long onset,
    List<GroupDrift> groups,
    DriftKind kind,
    @Nullable Comparison comparison,
    @Nullable Contributors contributors,
    @Nullable Skew skew) {
  public static final int FORMAT = 1;

  public DriftReading {
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "drift reading has format %d, must be %d; read it with the release that wrote it, or a later one"
              .formatted(format, FORMAT));
    }
    // Records of earlier releases know of traffic only.
    kind = Objects.requireNonNullElse(kind, DriftKind.TRAFFIC);
    groups = List.copyOf(groups);
  }

  /** Of traffic. */
  public DriftReading(
      int format,
      String model,
      ModelVersion version,
      long start,
      long end,
      int samples,
      DriftStatus status,
      @Nullable String reason,
      double evidence,
      double warningEvidence,
      double limit,
      int baselineWindows,
      @Nullable Integer soonestPage,
      @Nullable Long onset,
      List<GroupDrift> groups) {
    this(
        format,
        model,
        version,
        start,
        end,
        samples,
        status,
        reason,
        evidence,
        warningEvidence,
        limit,
        baselineWindows,
        soonestPage,
        onset,
        groups,
        DriftKind.TRAFFIC,
        null,
        null,
        null);
  }

  /** The same with what is shown beside it. */
  public DriftReading with(@Nullable Comparison other) {
    return with(kind, reason, other, contributors, skew);
  }

  /** The same with how the traffic differs from a reference. */
  public DriftReading with(@Nullable Skew found) {
    return with(kind, reason, comparison, contributors, found);
  }

  /** The same with what contributed most. */
  public DriftReading with(@Nullable Contributors found) {
    return with(kind, reason, comparison, found, skew);
  }

  /**
   * The same, told of a concept.
   *
   * @param otherReason in place of its own; null keeps that
   */
  DriftReading ofConcept(@Nullable String otherReason) {
    return with(
        DriftKind.CONCEPT, otherReason == null ? reason : otherReason, null, contributors, null);
  }

  private DriftReading with(
      DriftKind otherKind,
      @Nullable String otherReason,
      @Nullable Comparison otherComparison,
      @Nullable Contributors otherContributors,
      @Nullable Skew otherSkew) {
    return new DriftReading(
        format,
        model,
        version,
        start,
        end,
        samples,
        status,
        otherReason,
        evidence,
        warningEvidence,
        limit,
        baselineWindows,
        soonestPage,
        onset,
        groups,
        otherKind,
        otherComparison,
        otherContributors,
        otherSkew);
  }

  /**
   * One group's part.
   *
   * @param name the group
   * @param scored whether it takes part in the alarm; constant groups do not
   * @param scaleEffect log of the group's mean contribution against the baseline's median: 0.1 is
   *     10 % more, -0.1 less
   * @param shape 1 - cosine of the units' profile now and in the baseline, 0 to 1, rounded to 1e-4;
   *     null below 3 units
   * @param scaleDeadband effective minimum effect on the scale
   * @param shapeDeadband effective minimum effect on the shape; null where the shape is not scored
   * @param evidence the sum of the evidence of the group's one-sided scores over (number of all
   *     one-sided scores x c): the groups' add up to the reading's, and 1 names a group family-wise
   * @param share of the total M, 0 to 1
   * @param moved whether one of its scores carries the drift that is on
   * @param move how it moved; null in records of earlier releases
   */
  public record GroupDrift(
      String name,
      boolean scored,
      double scaleEffect,
      @Nullable Double shape,
      double scaleDeadband,
      @Nullable Double shapeDeadband,
      double evidence,
      double share,
      boolean moved,
      @Nullable GroupMove move) {}
}
