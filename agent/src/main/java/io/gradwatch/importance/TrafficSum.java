package io.gradwatch.importance;

import io.gradwatch.sample.InferenceSample;
import io.gradwatch.sample.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one walk over samples gathers for the {@link TrafficSummary}: the outputs as the passes give
 * them, and the samples' inputs at the end.
 *
 * <p>For one walk, on one thread.
 */
final class TrafficSum {
  /** Outputs are told apart to this part of 1: below it is the device's rounding. */
  private static final double RESOLUTION = 1e4;

  private final ImportanceSettings settings;
  private final @Nullable TrafficSummary bins;
  private final List<float[]> outputs = new ArrayList<>();
  private int[] picked = {};
  private int columns;

  /**
   * @param bins of an earlier window; null to make them of the walk's values
   */
  TrafficSum(ImportanceSettings settings, @Nullable TrafficSummary bins) {
    this.settings = settings;
    this.bins = bins;
  }

  /**
   * Adds the outputs of one micro-batch.
   *
   * @param values {@code size} a sample, row-major, all finite
   */
  void add(float[] values, int size) {
    if (outputs.isEmpty()) {
      columns = size;
      picked =
          bins == null
              ? spaced(size, TrafficSummary.OUTPUTS)
              : bins.outputs().stream().mapToInt(Histogram::element).toArray();
    }
    for (int row = 0; row < values.length / size; row++) {
      double[] all = distribution(PredictiveDistribution.row(values, row, size));
      float[] kept = new float[picked.length];
      for (int i = 0; i < kept.length; i++) {
        kept[i] =
            picked[i] < all.length
                ? (float) (Math.rint(all[picked[i]] * RESOLUTION) / RESOLUTION)
                : Float.NaN;
      }
      outputs.add(kept);
    }
  }

  /** The counts of the outputs that were added, and of the inputs of these samples. */
  TrafficSummary summary(List<InferenceSample> samples) {
    TrafficSummary settled = bins == null ? settle(samples) : bins;
    return new TrafficSummary(
        settled.inputFeatures(),
        count(settled.inputs(), inputs(samples, settled.inputs())),
        settled.outputFeatures(),
        count(settled.outputs(), transposed()));
  }

  private double[] distribution(double[] f) {
    switch (settings.task()) {
      case CLASSIFICATION -> {
        return PredictiveDistribution.classes(settings.outputs(), f);
      }
      case BINARY, MULTILABEL ->
          Arrays.setAll(f, k -> PredictiveDistribution.bernoulli(settings.outputs(), f[k]));
      case REGRESSION ->
          Arrays.setAll(f, k -> f[k] / PredictiveDistribution.deviation(settings, k, f.length));
    }
    return f;
  }

  private TrafficSummary settle(List<InferenceSample> samples) {
    List<Histogram> places = inputPlaces(samples);
    List<Histogram> outputPlaces = new ArrayList<>();
    for (int element : picked) {
      outputPlaces.add(place("output", columns, 0, element));
    }
    return new TrafficSummary(
        Arrays.stream(sizes(samples)).sum(),
        withEdges(places, inputs(samples, places)),
        columns,
        withEdges(outputPlaces, transposed()));
  }

  private static List<Histogram> inputPlaces(List<InferenceSample> samples) {
    int[] sizes = sizes(samples);
    List<Histogram> places = new ArrayList<>();
    int tensor = 0;
    int before = 0;
    for (int element : spaced(Arrays.stream(sizes).sum(), TrafficSummary.INPUTS)) {
      while (element - before >= sizes[tensor]) {
        before += sizes[tensor++];
      }
      places.add(place(name(samples, tensor), sizes[tensor], tensor, element - before));
    }
    return places;
  }

  private static Histogram place(String name, int size, int tensor, int element) {
    String full = size == 1 ? name : "%s[%d]".formatted(name, element);
    return new Histogram(full, tensor, element, new float[0], new int[2]);
  }

  private static String name(List<InferenceSample> samples, int tensor) {
    return samples.stream()
        .filter(sample -> sample.inputs().size() > tensor)
        .findFirst()
        .map(sample -> sample.inputs().get(tensor).name())
        .orElse("");
  }

  /** Most elements that each input has in any of the samples. */
  private static int[] sizes(List<InferenceSample> samples) {
    int[] sizes = {};
    for (InferenceSample sample : samples) {
      List<Tensor> inputs = sample.inputs();
      sizes = Arrays.copyOf(sizes, Math.max(sizes.length, inputs.size()));
      for (int tensor = 0; tensor < inputs.size(); tensor++) {
        sizes[tensor] = Math.max(sizes[tensor], (int) inputs.get(tensor).elements());
      }
    }
    return sizes;
  }

  /** So many of the numbers below {@code size} at the most, at equal distances, ascending. */
  private static int[] spaced(int size, int most) {
    int[] spaced = new int[Math.min(size, most)];
    Arrays.setAll(spaced, i -> (int) ((long) i * size / spaced.length));
    return spaced;
  }

  /** One array a place, one value a sample. */
  private static float[][] inputs(List<InferenceSample> samples, List<Histogram> places) {
    float[][] values = new float[places.size()][samples.size()];
    for (int row = 0; row < samples.size(); row++) {
      List<Tensor> inputs = samples.get(row).inputs();
      long[] sizes = inputs.stream().mapToLong(Tensor::elements).toArray();
      for (int i = 0; i < places.size(); i++) {
        Histogram place = places.get(i);
        boolean there = place.tensor() < sizes.length && place.element() < sizes[place.tensor()];
        values[i][row] =
            there ? (float) inputs.get(place.tensor()).value(place.element()) : Float.NaN;
      }
    }
    return values;
  }

  private float[][] transposed() {
    float[][] values = new float[picked.length][outputs.size()];
    for (int row = 0; row < outputs.size(); row++) {
      for (int i = 0; i < picked.length; i++) {
        values[i][row] = outputs.get(row)[i];
      }
    }
    return values;
  }

  private static List<Histogram> withEdges(List<Histogram> places, float[][] values) {
    List<Histogram> settled = new ArrayList<>(places.size());
    for (int i = 0; i < places.size(); i++) {
      Histogram place = places.get(i);
      float[] edges = Histogram.edges(values[i]);
      settled.add(
          new Histogram(
              place.name(), place.tensor(), place.element(), edges, new int[edges.length + 2]));
    }
    return settled;
  }

  private static List<Histogram> count(List<Histogram> bins, float[][] values) {
    List<Histogram> counts = new ArrayList<>(bins.size());
    for (int i = 0; i < bins.size(); i++) {
      counts.add(bins.get(i).count(values[i]));
    }
    return counts;
  }
}
