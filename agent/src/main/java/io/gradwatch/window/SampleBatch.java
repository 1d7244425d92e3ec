package io.gradwatch.window;

import io.gradwatch.sample.InferenceSample;
import java.util.List;

/**
 * The bottom-k sample of one closed window (or of several that were joined because each was short).
 *
 * @param model the model's configured name
 * @param start event time at which the window starts, inclusive, milliseconds since 1970-01-01 UTC
 * @param end event time at which it ends, exclusive
 * @param samples the rows in priority order, so that any prefix is itself a uniform sample; never
 *     in offset order
 * @param population estimate of how many records the window held: (k - 1) / (k-th priority / 2^64),
 *     or their count where fewer than k came
 * @param digest SHA-256 over the (topic, partition, offset) of the sampled records in priority
 *     order, lower-case hex: two runs over the same offsets have the same one
 * @param labelled whether it is that part of a window whose labels have come since the window was
 *     computed
 * @param references where each of the samples stands, in their order; empty where that is not known
 */
public record SampleBatch(
    String model,
    long start,
    long end,
    List<InferenceSample> samples,
    double population,
    String digest,
    boolean labelled,
    List<SampleReference> references) {
  public SampleBatch {
    samples = List.copyOf(samples);
    references = List.copyOf(references);
    if (end <= start) {
      throw new IllegalArgumentException(
          "window ends at %d, not after its start %d".formatted(end, start));
    }
    if (!references.isEmpty() && references.size() != samples.size()) {
      throw new IllegalArgumentException(
          "%d references of %d samples, must be one each or none"
              .formatted(references.size(), samples.size()));
    }
  }

  /** A whole window of samples of which nobody knows where they stand. */
  public SampleBatch(
      String model,
      long start,
      long end,
      List<InferenceSample> samples,
      double population,
      String digest) {
    this(model, start, end, samples, population, digest, false, List.of());
  }

  /**
   * The part whose labels have come.
   *
   * @param rows in priority order, each with its label
   */
  public SampleBatch ofLabelled(List<InferenceSample> rows) {
    return new SampleBatch(model, start, end, rows, population, digest, true, List.of());
  }

  /**
   * The same window with some of its rows; what was sampled stays what it was.
   *
   * @param places of the rows that stay, ascending
   */
  public SampleBatch ofRows(List<Integer> places) {
    return new SampleBatch(
        model,
        start,
        end,
        places.stream().map(samples::get).toList(),
        population,
        digest,
        labelled,
        references.isEmpty() ? references : places.stream().map(references::get).toList());
  }
}
