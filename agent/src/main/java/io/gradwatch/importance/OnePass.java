package io.gradwatch.importance;

import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.importance.ModelFailureException.Reason;
import io.gradwatch.sample.InferenceSample;
import io.gradwatch.window.SampleBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The importance of a model's parameters over a window, all methods from one backward pass a
 * micro-batch.
 *
 * <p>With G the gradient of a micro-batch of b samples from the random vector of {@link
 * OutputVector}, and w the parameters, each group's number is the mean over samples of
 *
 * <pre>
 * fisher       sum(G^2) / b
 * taylor       sum((w G)^2) / b
 * unit-taylor  sum over units of (sum of w G)^2 / b
 * gradient     sqrt(fisher / parameters)
 * </pre>
 *
 * <p>Unbiased for every b (before the root of {@code gradient}); b = 1 gives the exact per-sample
 * computation up to the signs of the outputs, b &gt; 1 costs 1/b of the passes. The same window and
 * model give the same signs, so a window that is computed again gives the same snapshot.
 *
 * <p>Kirkpatrick et al. 2017 (Fisher), arXiv 1612.00796; LeCun et al. 1989 (optimal brain damage);
 * Molchanov et al. 2019 (unit Taylor), arXiv 1906.10771.
 */
public final class OnePass {
  /** What the names of the labelled variants start with. */
  public static final String LABELLED = "labelled-";

  private OnePass() {}

  /**
   * Computes a window's snapshot, on the thread of the model's device.
   *
   * @param wanted what is computed; b is 1 where the model's {@link Batching} leaves no other
   * @param nanoTime for the seconds that it takes
   * @throws ModelFailureException if the model refuses the samples, its outputs do not fit the
   *     task, or a sum is not finite
   */
  public static ImportanceSnapshot importance(
      DifferentiableModel model,
      ImportanceSettings wanted,
      SampleBatch batch,
      LongSupplier nanoTime) {
    return importance(model, wanted, batch, nanoTime, null);
  }

  /**
   * The same, with the {@linkplain ImportanceSnapshot#traffic distribution} of the inputs and of
   * the outputs that the passes give anyway.
   *
   * @param bins the bins of an earlier window of the same model; null to make them of this one
   */
  public static ImportanceSnapshot withTraffic(
      DifferentiableModel model,
      ImportanceSettings wanted,
      SampleBatch batch,
      LongSupplier nanoTime,
      @Nullable TrafficSummary bins) {
    TrafficSum traffic = new TrafficSum(wanted, bins);
    return importance(model, wanted, batch, nanoTime, traffic)
        .withTraffic(traffic.summary(batch.samples()));
  }

  private static ImportanceSnapshot importance(
      DifferentiableModel model,
      ImportanceSettings wanted,
      SampleBatch batch,
      LongSupplier nanoTime,
      @Nullable TrafficSum traffic) {
    if (batch.samples().isEmpty()) {
      throw new IllegalArgumentException("window of '%s' has no samples".formatted(batch.model()));
    }
    long begin = nanoTime.getAsLong();
    ImportanceSettings settings = model.batching(batch.samples()).limit(wanted);
    SplittableRandom signs = new SplittableRandom(seed(model.version(), batch.start()));
    List<Group> groups = settings.grouping().of(model.parameters());
    List<Map<String, Value>> values = new ArrayList<>();
    groups.forEach(group -> values.add(new HashMap<>()));
    ParitySum parity = new ParitySum(settings, model.output());
    Sweep sweep = labelFree(model, settings, batch.samples(), parity, traffic, signs.split());
    put(sweep, settings, "", values);
    LabelledRows labelledRows = null;
    if (settings.labelled()) {
      List<InferenceSample> labelled = Labels.rows(settings, batch.samples(), sweep.columns());
      if (!labelled.isEmpty()) {
        put(labelled(model, settings, labelled, signs.split()), settings, LABELLED, values);
      }
      if (settings.labelSamples() > 0) {
        boolean all = labelled.size() == batch.samples().size();
        labelledRows = labelledRows(model, settings, labelled, all ? sweep : null, signs);
      }
    }
    double seconds = (nanoTime.getAsLong() - begin) / 1e9;
    return snapshot(model, settings, batch, seconds, groups, values, parity.parity())
        .withLabelledRows(labelledRows);
  }

  /**
   * The label-free numbers of the labelled rows.
   *
   * @param same the sweep over these very rows, if there was one
   */
  private static LabelledRows labelledRows(
      DifferentiableModel model,
      ImportanceSettings settings,
      List<InferenceSample> labelled,
      @Nullable Sweep same,
      SplittableRandom signs) {
    Map<String, List<Double>> labelFree = new HashMap<>();
    if (labelled.size() == settings.labelSamples()) {
      ParitySum unused = new ParitySum(settings, model.output());
      Sweep sweep =
          same == null ? labelFree(model, settings, labelled, unused, signs.split()) : same;
      for (ImportanceMethod method : settings.methods()) {
        List<Double> means = Values.of(sweep, method).stream().map(Value::mean).toList();
        labelFree.put(method.label(), means);
      }
    }
    return new LabelledRows(labelled.size(), labelFree);
  }

  /** The label-free sums over samples; {@code signs} are the random part of the sketches. */
  static Sweep labelFree(
      DifferentiableModel model,
      ImportanceSettings settings,
      List<InferenceSample> samples,
      ParitySum parity,
      SplittableRandom signs) {
    return labelFree(model, settings, samples, parity, null, signs);
  }

  private static Sweep labelFree(
      DifferentiableModel model,
      ImportanceSettings settings,
      List<InferenceSample> samples,
      ParitySum parity,
      @Nullable TrafficSum traffic,
      SplittableRandom signs) {
    return Sweep.over(
        model,
        settings,
        samples,
        (outputs, columns, rows) -> {
          parity.add(rows, outputs, columns);
          if (traffic != null) {
            traffic.add(outputs, columns);
          }
          return OutputVector.labelFree(settings, outputs, columns, signs);
        });
  }

  private static Sweep labelled(
      DifferentiableModel model,
      ImportanceSettings settings,
      List<InferenceSample> samples,
      SplittableRandom signs) {
    return Sweep.over(
        model,
        settings,
        samples,
        (outputs, columns, rows) ->
            OutputVector.labelled(
                settings,
                outputs,
                columns,
                rows.stream().map(row -> Objects.requireNonNull(row.label())).toList(),
                signs));
  }

  private static void put(
      Sweep sweep, ImportanceSettings settings, String prefix, List<Map<String, Value>> values) {
    for (ImportanceMethod method : settings.methods()) {
      List<Value> ofGroups = Values.of(sweep, method);
      for (int group = 0; group < ofGroups.size(); group++) {
        Value value = ofGroups.get(group);
        requireFinite(value, prefix + method.label(), sweep.groups().get(group).group().name());
        values.get(group).put(prefix + method.label(), value);
      }
    }
  }

  static void requireFinite(Value value, String method, String group) {
    if (!Double.isFinite(value.mean())) {
      throw new ModelFailureException(
          Reason.DEVICE,
          "%s of %s is %s: a gradient overflows; run the model in FP32"
              .formatted(method, group, value.mean()));
    }
  }

  private static ImportanceSnapshot snapshot(
      DifferentiableModel model,
      ImportanceSettings settings,
      SampleBatch batch,
      double seconds,
      List<Group> groups,
      List<Map<String, Value>> values,
      @Nullable Parity parity) {
    List<GroupImportance> importances = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Group group = groups.get(i);
      importances.add(
          new GroupImportance(group.name(), group.elements(), group.units(), values.get(i)));
    }
    return ImportanceSnapshot.of(
        model, batch, batch.samples().size(), settings.tuning(), seconds, importances, parity);
  }

  /** Signs differ from window to window, else their noise would be the same in all of them. */
  static long seed(ModelVersion version, long start) {
    return Long.parseUnsignedLong(version.sha256().substring(0, 16), 16)
        ^ Long.rotateLeft(start, 32);
  }
}
