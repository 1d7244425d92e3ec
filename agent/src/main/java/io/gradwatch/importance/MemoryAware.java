package io.gradwatch.importance;

import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.importance.DifferentiableModel.UnitSums;
import io.gradwatch.sample.InferenceSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Memory aware synapses: how much the squared norm of the outputs f, as the model gives them,
 * reacts to the parameters. Aljundi et al. 2018, arXiv 1711.09601.
 *
 * <p>With g_n = d||f(x_n)||^2/dw, {@code mas} is the sum over the group of the mean of |g_n|, which
 * needs a pass a sample: in the sum over a micro-batch signs cancel. {@code mas-rms} is the root
 * mean square of g_n over samples and the group's parameters; there a random sign a sample makes
 * the square of a micro-batch's gradient unbiased, at 1/b of the passes.
 */
final class MemoryAware {
  private MemoryAware() {}

  /**
   * Measures all groups.
   *
   * @param method mas or mas-rms
   * @throws ModelFailureException as {@link OwnPasses} says
   */
  static Measured over(
      DifferentiableModel model,
      ImportanceSettings settings,
      ImportanceMethod method,
      List<InferenceSample> samples,
      SplittableRandom random,
      Budget budget) {
    boolean absolute = method == ImportanceMethod.MAS;
    int microBatch = absolute ? 1 : Measured.microBatch(settings);
    List<List<InferenceSample>> batches = MicroBatches.shuffled(samples, microBatch, random);
    List<Group> groups = settings.grouping().of(model.parameters());
    List<GroupSum> sums =
        groups.stream().map(group -> new GroupSum(batches.size(), group.units())).toList();
    int rows = 0;
    for (List<InferenceSample> batch : batches) {
      if (budget.spent()) {
        break;
      }
      List<float[]> ofParameters = pass(model, settings, batch, absolute ? null : random);
      for (int i = 0; i < groups.size(); i++) {
        sums.get(i).add(groups.get(i), ofParameters::get);
      }
      rows++;
      budget.done(rows, batches.size());
    }
    budget.requireAny(rows, "a micro-batch");
    int[] sizes = batches.stream().limit(rows).mapToInt(List::size).toArray();
    int done = Arrays.stream(sizes).sum();
    List<Measured.OfGroup> found = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      Group group = groups.get(i);
      Estimate estimate = sums.get(i).estimate(sizes);
      found.add(
          absolute
              ? Measured.of(group, estimate, sums.get(i).profile(done))
              : Measured.of(group, estimate.rootPer(group.elements()), null));
    }
    return new Measured(done, microBatch, found);
  }

  /**
   * One micro-batch's sums a unit: of |G| for a single sample, of G^2 with random signs.
   *
   * @param signs null for the sums of |G|
   */
  private static List<float[]> pass(
      DifferentiableModel model,
      ImportanceSettings settings,
      List<InferenceSample> batch,
      @Nullable SplittableRandom signs) {
    try (ForwardPass pass = model.forward(batch)) {
      float[] outputs = pass.outputs();
      OutputCheck.requireFit(settings.task(), batch, pass, outputs);
      float[] vector = new float[outputs.length];
      for (int n = 0; n < batch.size(); n++) {
        float sign = signs == null || signs.nextBoolean() ? 1 : -1;
        for (int i = n * pass.columns(); i < (n + 1) * pass.columns(); i++) {
          vector[i] = 2 * sign * outputs[i];
        }
      }
      return signs == null
          ? pass.absolute(vector)
          : pass.backward(vector).stream().map(UnitSums::squaredGradient).toList();
    }
  }
}
