package io.gradwatch.importance;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.importance.SelfCheckReport.TensorCheck;
import io.gradwatch.importance.SelfCheckReport.Verdict;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Finds out whether a model's numbers can be trusted, before the first of them is published.
 *
 * <ul>
 *   <li>How it takes samples, and whether samples of a batch influence each other: {@link
 *       Batching}.
 *   <li>Whether two passes over the same samples agree: they do not where dropout or noise is
 *       active in spite of evaluation mode, or a pass changes what the model remembers.
 *   <li>Whether its outputs are what the settings say.
 *   <li>For each parameter tensor whether its gradient agrees with differences of the outputs, see
 *       {@link DirectionalDifference}: quantised, rounding and detached steps let libtorch give
 *       wrong gradients without a word.
 * </ul>
 *
 * <p>Cheap: at most {@value #SAMPLES} samples, two passes forward a tensor where nothing is wrong,
 * four at most, and the memory of one gradient. Of a model with more than {@value #TENSORS} tensors
 * as many are drawn, the same ones for the same file; if one of them is wrong all are checked.
 */
public final class SelfCheck {
  /** Samples that are tried. */
  static final int SAMPLES = 8;

  /** Tensors that are compared at once. */
  static final int TENSORS = 200;

  /** What the order of additions on a GPU may change, relative to the largest value. */
  private static final double TOLERANCE = 1e-3;

  private final DifferentiableModel model;
  private final ImportanceSettings settings;
  private final List<InferenceSample> samples;
  private final SplittableRandom random;

  private SelfCheck(
      DifferentiableModel model, ImportanceSettings settings, List<InferenceSample> samples) {
    this.model = model;
    this.settings = settings;
    this.samples = MicroBatches.cut(samples, SAMPLES).get(0);
    this.random = new SplittableRandom(Long.parseUnsignedLong(model.version().sha256(), 0, 16, 16));
  }

  /**
   * Checks a model, on the thread of its device.
   *
   * @param samples at least one; the first ones that can be stacked are used
   * @throws ModelFailureException if the model cannot be used at all: it refuses the samples, its
   *     outputs carry no gradient or do not fit the task, or two passes differ
   */
  public static SelfCheckReport of(
      DifferentiableModel model, ImportanceSettings settings, List<InferenceSample> samples) {
    return new SelfCheck(model, settings, samples).report(model.batching(samples));
  }

  private SelfCheckReport report(Batching batching) {
    List<String> notes = new ArrayList<>();
    Probe probe = Probe.of(model, samples, largestPass(batching), random);
    requireOutputs(probe, notes);
    double difference = repeat(probe);
    List<TensorCheck> tensors = tensors(probe, notes);
    if (batching == Batching.COUPLED) {
      notes.add(
          "each sample gets a pass of its own, so the model sees no batch as it may in service");
    }
    return new SelfCheckReport(
        model.version(), samples.size(), batching, difference, tensors, notes);
  }

  /** No pass holds more samples than one of the importance would. */
  private int largestPass(Batching batching) {
    return settings.microBatch() == ImportanceSettings.AUTO
        ? batching.largest()
        : Math.min(batching.largest(), settings.microBatch());
  }

  private void requireOutputs(Probe probe, List<String> notes) {
    float[] outputs = probe.outputs();
    try (ForwardPass pass = model.forward(probe.batches().get(0))) {
      OutputCheck.requireFit(settings.task(), probe.batches().get(0), pass, pass.outputs());
      OutputCheck.requireKind(settings, outputs, pass.columns());
    }
    if (OutputCheck.looksLikeProbabilities(settings, outputs)) {
      notes.add(
          "all outputs lie between 0 and 1: if they are probabilities, set outputs to probabilities");
    }
  }

  /** How much two passes differ, relative to the largest number of each kind. */
  private double repeat(Probe probe) {
    double largest = difference(probe.outputs(), probe.outputs(), "outputs");
    List<float[]> before = probe.squaredGradients();
    List<float[]> after = probe.squaredGradients();
    for (int i = 0; i < before.size(); i++) {
      String what = "gradients of " + model.parameters().get(i).name();
      largest = Math.max(largest, difference(before.get(i), after.get(i), what));
    }
    return largest;
  }

  private double difference(float[] a, float[] b, String what) {
    if (Arrays.equals(a, b)) {
      return 0;
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i]));
      difference = Math.max(difference, Math.abs((double) a[i] - b[i]));
    }
    // NaN is not this check's business.
    if (difference > TOLERANCE * largest) {
      throw new ModelFailureException(
          Reason.UNTRUSTED,
          ("two passes of %s over the same samples give different %s: its forward draws random numbers"
                  + " or changes its own state; save it in eval mode, with dropout tied to self.training")
              .formatted(model.version(), what));
    }
    return difference / largest;
  }

  private List<TensorCheck> tensors(Probe probe, List<String> notes) {
    List<Parameter> parameters = model.parameters();
    List<TensorCheck> checks = new ArrayList<>();
    parameters.forEach(p -> checks.add(new TensorCheck(p.name(), Verdict.UNCHECKED, Double.NaN)));
    if (!fits(parameters)) {
      notes.add("gradients are not compared with differences: Java's heap is too small for one");
      return checks;
    }
    DirectionalDifference difference = DirectionalDifference.of(probe, model, random);
    Set<Integer> drawn = drawn(parameters.size());
    drawn.forEach(index -> checks.set(index, difference.check(index)));
    if (checks.stream().anyMatch(check -> check.verdict() == Verdict.WRONG_GRADIENT)) {
      for (int index = 0; index < checks.size(); index++) {
        if (!drawn.contains(index)) {
          checks.set(index, difference.check(index));
        }
      }
    }
    return checks;
  }

  private Set<Integer> drawn(int tensors) {
    Set<Integer> drawn = new TreeSet<>();
    if (tensors <= TENSORS) {
      for (int index = 0; index < tensors; index++) {
        drawn.add(index);
      }
    }
    while (drawn.size() < Math.min(TENSORS, tensors)) {
      drawn.add(random.nextInt(tensors));
    }
    return drawn;
  }

  /**
   * A gradient comes as one array and as one a tensor; three copies of a tensor's weights follow.
   */
  private static boolean fits(List<Parameter> parameters) {
    long all = parameters.stream().mapToLong(Parameter::elements).sum();
    long largest = parameters.stream().mapToLong(Parameter::elements).max().orElse(0);
    long bytes = (2 * all + 3 * largest) * Float.BYTES;
    return all < Integer.MAX_VALUE && bytes < Runtime.getRuntime().maxMemory() / 2;
  }
}
