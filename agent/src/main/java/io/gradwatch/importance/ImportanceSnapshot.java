package io.gradwatch.importance;

import io.gradwatch.window.SampleBatch;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameter importance of one model over one window.
 *
 * @param format version of the JSON form, {@value #FORMAT}
 * @param model the model's configured name
 * @param version the model that was differentiated
 * @param start event time at which the window starts, inclusive, milliseconds since 1970-01-01 UTC
 * @param end event time at which it ends, exclusive
 * @param samples rows that the numbers are made of
 * @param population estimate of the records in the window
 * @param digest of the sample, see {@link io.gradwatch.window.SampleBatch}
 * @param tuning samples a pass, and the scale of a regression's outputs, as settled; a device short
 *     of memory takes fewer samples a pass
 * @param seconds device time that it took
 * @param device where it ran
 * @param groups in the module's order
 * @param parity how far the model's outputs are from those that were served; null if none came with
 *     the samples
 * @param labelledRows the label-free numbers of the labelled rows; null where no concept score is
 *     asked for
 * @param traffic how the sampled inputs and the outputs were distributed; null where they were not
 *     counted
 * @param contributors what contributed most to the groups under suspicion; null while there are
 *     none
 */
public record ImportanceSnapshot(
    int format,
    String model,
    ModelVersion version,
    long start,
    long end,
    int samples,
    double population,
    String digest,
    Tuning tuning,
    double seconds,
    String device,
    List<GroupImportance> groups,
    @Nullable Parity parity,
    @Nullable LabelledRows labelledRows,
    @Nullable TrafficSummary traffic,
    @Nullable Contributors contributors) {
  public static final int FORMAT = 1;

  public ImportanceSnapshot {
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "importance snapshot has format %d, must be %d; read it with the release that wrote it, or a later one"
              .formatted(format, FORMAT));
    }
    groups = List.copyOf(groups);
  }

  /** The snapshot of a window with what was computed of it. */
  static ImportanceSnapshot of(
      DifferentiableModel model,
      SampleBatch batch,
      int samples,
      Tuning tuning,
      double seconds,
      List<GroupImportance> groups,
      @Nullable Parity parity) {
    return new ImportanceSnapshot(
        FORMAT,
        batch.model(),
        model.version(),
        batch.start(),
        batch.end(),
        samples,
        batch.population(),
        batch.digest(),
        tuning,
        seconds,
        model.device(),
        groups,
        parity,
        null,
        null,
        null);
  }

  /** The same with another tuning. */
  ImportanceSnapshot withTuning(Tuning other) {
    return with(samples, other, groups, parity, labelledRows, traffic, contributors);
  }

  /** The same with the label-free numbers of its labelled rows. */
  ImportanceSnapshot withLabelledRows(@Nullable LabelledRows rows) {
    return with(samples, tuning, groups, parity, rows, traffic, contributors);
  }

  /** The same with what contributed most. */
  public ImportanceSnapshot withContributors(@Nullable Contributors found) {
    return with(samples, tuning, groups, parity, labelledRows, traffic, found);
  }

  /** The same with how its inputs and outputs were distributed. */
  public ImportanceSnapshot withTraffic(@Nullable TrafficSummary summary) {
    return with(samples, tuning, groups, parity, labelledRows, summary, contributors);
  }

  /** The importance of the same window with other groups, or with fewer methods of them. */
  public ImportanceSnapshot withGroups(List<GroupImportance> others) {
    return with(samples, tuning, others, parity, null, null, null);
  }

  /**
   * What was computed of some of its rows alone.
   *
   * @param rows how many
   */
  public ImportanceSnapshot ofRows(int rows, List<GroupImportance> theirs) {
    return with(rows, tuning, theirs, null, null, null, null);
  }

  private ImportanceSnapshot with(
      int otherSamples,
      Tuning otherTuning,
      List<GroupImportance> otherGroups,
      @Nullable Parity otherParity,
      @Nullable LabelledRows otherRows,
      @Nullable TrafficSummary otherTraffic,
      @Nullable Contributors otherContributors) {
    return new ImportanceSnapshot(
        format,
        model,
        version,
        start,
        end,
        otherSamples,
        population,
        digest,
        otherTuning,
        seconds,
        device,
        otherGroups,
        otherParity,
        otherRows,
        otherTraffic,
        otherContributors);
  }

  /**
   * One group of parameters: a tensor, unless the configuration groups otherwise.
   *
   * <p>Of {@code attribution}: an input of the model.
   *
   * @param name of the tensor, the module or the unit, see {@link Grouping}; or of the input
   * @param parameters scalars in the group, at least 1; or features of the input
   * @param units slices of dimension 0; or features
   * @param methods by the method's label, see {@link ImportanceMethod#label}; labelled variants
   *     start with {@code labelled-}
   */
  public record GroupImportance(
      String name, long parameters, int units, Map<String, Value> methods) {
    public GroupImportance {
      methods = Map.copyOf(methods);
    }
  }

  /**
   * One method's number for one group.
   *
   * @param mean for the sums ({@code fisher}, {@code taylor}, {@code unit-taylor}): the sum over
   *     the group of the mean over samples, at least 0; for {@code gradient}: the root mean square
   *     gradient of the group's parameters; for the others see {@link OwnPasses}: a labelled one
   *     and {@code shapley} may be below 0
   * @param stderr standard error of {@code mean} over micro-batches; null with fewer than two of
   *     them
   * @param share of the sum over all groups, 0 to 1; absolute values where they may be below 0
   * @param profile mean contribution a unit, in the order of dimension 0, binned by summing
   *     neighbours to at most 256 entries; null where the method has none
   */
  public record Value(
      double mean, @Nullable Double stderr, double share, @Nullable List<Float> profile) {}
}
