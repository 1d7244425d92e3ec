package io.gradwatch.importance;

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
 * @param microBatch samples a pass (b) as configured; a device short of memory takes fewer
 * @param seconds device time that it took
 * @param device where it ran
 * @param groups in the module's order
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
    int microBatch,
    double seconds,
    String device,
    List<GroupImportance> groups) {
  public static final int FORMAT = 1;

  public ImportanceSnapshot {
    groups = List.copyOf(groups);
  }

  /** The same with another b. */
  ImportanceSnapshot withMicroBatch(int samples) {
    return new ImportanceSnapshot(
        format,
        model,
        version,
        start,
        end,
        this.samples,
        population,
        digest,
        samples,
        seconds,
        device,
        groups);
  }

  /**
   * One group of parameters: a tensor, unless the configuration groups otherwise.
   *
   * @param name of the tensor, the module or the unit, see {@link Grouping}
   * @param parameters scalars in the group, at least 1
   * @param units slices of dimension 0
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
   *     gradient of the group's parameters
   * @param stderr standard error of {@code mean} over micro-batches; null with fewer than two of
   *     them
   * @param share of the sum over all groups, 0 to 1
   * @param profile mean contribution a unit, in the order of dimension 0, binned by summing
   *     neighbours to at most 256 entries; null where the method has none
   */
  public record Value(
      double mean, @Nullable Double stderr, double share, @Nullable List<Float> profile) {}
}
