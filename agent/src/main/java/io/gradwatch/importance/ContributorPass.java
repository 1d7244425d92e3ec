package io.gradwatch.importance;

import io.gradwatch.importance.Contributors.TopParameter;
import io.gradwatch.importance.Contributors.TopSample;
import io.gradwatch.importance.DifferentiableModel.ForwardPass;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The extra passes that find out which samples and parameters contribute most to some groups: one
 * sample a pass (b = 1), so that each has a number of its own.
 *
 * <p>It costs a pass forward and one backward a row, for at most {@value #ROWS} rows. The same
 * window, model and request give the same answer.
 */
public final class ContributorPass {
  /** Rows that are looked at: the extra cost stays a small multiple of the window's own. */
  static final int ROWS = 256;

  /** Scalars of a model up to which its whole gradient is copied for each row. */
  static final long WHOLE = 1 << 20;

  /** Other signs than those of the window's own numbers. */
  private static final long SALT = 0x5851f42d4c957f2dL;

  private ContributorPass() {}

  /**
   * Runs the passes, on the thread of the model's device.
   *
   * @param settings with which the window was computed
   * @param batch with samples
   * @return null if the model has none of the groups
   * @throws ModelFailureException if the device fails
   */
  public static @Nullable Contributors over(
      DifferentiableModel model,
      ImportanceSettings settings,
      SampleBatch batch,
      ContributorRequest request,
      LongSupplier nanoTime) {
    return over(model, settings, batch, request, nanoTime, WHOLE);
  }

  /** With another limit than that of {@link #WHOLE} scalars. */
  static @Nullable Contributors over(
      DifferentiableModel model,
      ImportanceSettings settings,
      SampleBatch batch,
      ContributorRequest request,
      LongSupplier nanoTime,
      long whole) {
    long begin = nanoTime.getAsLong();
    int rows = Math.min(ROWS, batch.samples().size());
    List<GroupContributions> groups =
        settings.grouping().of(model.parameters()).stream()
            .flatMap(group -> asked(group, request, rows))
            .toList();
    if (groups.isEmpty()) {
      return null;
    }
    boolean scalars = model.parameters().stream().mapToLong(Parameter::elements).sum() <= whole;
    if (scalars) {
      groups.forEach(group -> group.prepare(model));
    }
    SplittableRandom signs =
        new SplittableRandom(OnePass.seed(model.version(), batch.start()) ^ SALT);
    for (int row = 0; row < rows; row++) {
      add(model, settings, batch.samples().get(row), row, groups, scalars, signs);
    }
    List<TopParameter> parameters =
        groups.stream().flatMap(group -> group.top(Contributors.PARAMETERS).stream()).toList();
    return new Contributors(
        groups.stream().map(group -> group.group().name()).toList(),
        rows,
        (nanoTime.getAsLong() - begin) / 1e9,
        top(batch, rows, groups),
        parameters);
  }

  private static Stream<GroupContributions> asked(
      Group group, ContributorRequest request, int rows) {
    return request.groups().stream()
        .filter(asked -> asked.name().equals(group.name()))
        .map(asked -> new GroupContributions(group, request.method(), asked.units(), rows));
  }

  private static void add(
      DifferentiableModel model,
      ImportanceSettings settings,
      InferenceSample sample,
      int row,
      List<GroupContributions> groups,
      boolean scalars,
      SplittableRandom signs) {
    try (ForwardPass pass = model.forward(List.of(sample))) {
      float[] vector = OutputVector.labelFree(settings, pass.outputs(), pass.columns(), signs);
      if (scalars) {
        List<float[]> gradients = pass.gradients(vector);
        groups.forEach(group -> group.addGradients(row, gradients));
      } else {
        List<DifferentiableModel.UnitSums> sums = pass.backward(vector);
        groups.forEach(group -> group.addSums(row, sums));
      }
    }
  }

  private static List<TopSample> top(SampleBatch batch, int rows, List<GroupContributions> groups) {
    double[] totals = groups.stream().mapToDouble(GroupContributions::total).toArray();
    return IntStream.range(0, rows)
        .mapToObj(row -> sample(batch, row, share(row, groups, totals)))
        .filter(sample -> sample.share() > 0)
        .sorted(Comparator.comparingDouble(TopSample::share).reversed())
        .limit(Contributors.SAMPLES)
        .toList();
  }

  /** The mean over the groups that anything contributes to. */
  private static double share(int row, List<GroupContributions> groups, double[] totals) {
    return IntStream.range(0, totals.length)
        .filter(group -> totals[group] > 0)
        .mapToDouble(group -> groups.get(group).of(row) / totals[group])
        .average()
        .orElse(0);
  }

  private static TopSample sample(SampleBatch batch, int row, double share) {
    return new TopSample(
        batch.references().isEmpty() ? null : batch.references().get(row),
        shortEnough(batch.samples().get(row).id()),
        share);
  }

  private static @Nullable String shortEnough(@Nullable String id) {
    return id == null || id.length() > Contributors.ID_LENGTH ? null : id;
  }
}
