package io.gradwatch.importance;

import java.util.Arrays;

/**
 * How often the values of one feature fell into each of its bins.
 *
 * <p>Bin i holds the values v with {@code edges[i - 1] < v <= edges[i]}, taken as 32-bit floats;
 * the first one reaches down to minus infinity, the last but one up to infinity. The last one
 * counts what is missing: NaN, and rows that have no such element.
 *
 * @param name of the input with the place of the element in it, for instance {@code pixels[12]};
 *     the name alone where it has one element
 * @param tensor place of the input among the model's inputs, counted from 0; 0 for an output
 * @param element place in the tensor, row-major
 * @param edges ascending, at most {@value #EDGES}
 * @param counts two more than edges, each at least 0
 */
@SuppressWarnings("ArrayRecordComponent") // boxed ones of all features would be ten times as large
public record Histogram(String name, int tensor, int element, float[] edges, int[] counts) {
  static final int EDGES = 32;
  private static final int QUANTILES = 32;
  private static final int FEW = EDGES / 2;

  public Histogram {
    if (counts.length != edges.length + 2) {
      throw new IllegalArgumentException(
          "feature '%s' has %d edges and %d counts, needs %d"
              .formatted(name, edges.length, counts.length, edges.length + 2));
    }
  }

  /**
   * Edges that suit some values.
   *
   * <p>Up to {@value #FEW} different values get a bin each, and so does every gap between them, so
   * that a value that was never seen is told from its neighbours. More are cut at their 31 inner
   * quantiles of 1/32.
   *
   * @param values in any order; those that are not finite have no part in it
   */
  static float[] edges(float[] values) {
    float[] sorted = new float[values.length];
    int finite = 0;
    for (float value : values) {
      if (Float.isFinite(value)) {
        sorted[finite++] = normal(value);
      }
    }
    Arrays.sort(sorted, 0, finite);
    float[] different = distinct(sorted, finite);
    if (different.length > FEW) {
      float[] quantiles = new float[QUANTILES - 1];
      for (int i = 1; i < QUANTILES; i++) {
        quantiles[i - 1] = sorted[(int) (((long) i * finite + QUANTILES - 1) / QUANTILES) - 1];
      }
      return distinct(quantiles, quantiles.length);
    }
    float[] around = new float[2 * different.length];
    for (int i = 0; i < different.length; i++) {
      around[2 * i] = Math.nextDown(different[i]);
      around[2 * i + 1] = different[i];
    }
    return distinct(around, around.length);
  }

  /** The counts of some values in the bins of this one. */
  Histogram count(float[] values) {
    int[] fresh = new int[counts.length];
    for (float value : values) {
      fresh[bin(value)]++;
    }
    return new Histogram(name, tensor, element, edges, fresh);
  }

  /** Values counted. */
  public long total() {
    long total = 0;
    for (int count : counts) {
      total += count;
    }
    return total;
  }

  /** Whether its counts may be held against those of another one. */
  public boolean sameBins(Histogram other) {
    return tensor == other.tensor && element == other.element && Arrays.equals(edges, other.edges);
  }

  /** Both counts together, of the {@linkplain #sameBins same bins}. */
  Histogram plus(Histogram other) {
    int[] sum = counts.clone();
    for (int bin = 0; bin < sum.length; bin++) {
      sum[bin] += other.counts[bin];
    }
    return new Histogram(name, tensor, element, edges, sum);
  }

  /** The number of edges below the value. */
  private int bin(float value) {
    if (Float.isNaN(value)) {
      return counts.length - 1;
    }
    int below = 0;
    // Without a jump that depends on the value: this runs for every feature of every row.
    for (int step = Integer.highestOneBit(edges.length); step > 0; step >>= 1) {
      int next = Math.min(below + step, edges.length);
      below = edges[next - 1] < value ? next : below;
    }
    return below;
  }

  /** Zero has one sign here: sorting and searching tell two. */
  private static float normal(float value) {
    return value + 0f;
  }

  private static float[] distinct(float[] sorted, int length) {
    float[] distinct = new float[length];
    int count = 0;
    for (int i = 0; i < length; i++) {
      if (count == 0 || sorted[i] != distinct[count - 1]) {
        distinct[count++] = sorted[i];
      }
    }
    return Arrays.copyOf(distinct, count);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Histogram that
        && name.equals(that.name)
        && sameBins(that)
        && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * name.hashCode() + Arrays.hashCode(edges)) + Arrays.hashCode(counts);
  }
}
