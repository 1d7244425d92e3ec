package io.gradwatch.report;

import io.gradwatch.drift.Comparison;
import io.gradwatch.drift.FeatureDrift;
import io.gradwatch.drift.ShareMeasures;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The series of what is shown beside one model's drift. */
final class ComparisonSeries {
  private ComparisonSeries() {}

  /**
   * Writes what there is, and removes the rest.
   *
   * @param comparison null to remove all
   */
  static void write(Metrics metrics, String model, @Nullable Comparison comparison) {
    FeatureDrift inputs = comparison == null ? null : comparison.inputs();
    set(metrics, Metric.INPUT_DRIFT_FEATURES, inputs, FeatureDrift::moved, model);
    set(metrics, Metric.INPUT_DRIFT_COMPARED, inputs, FeatureDrift::compared, model);
    set(metrics, Metric.INPUT_DRIFT_DISTANCE, inputs, FeatureDrift::distance, model);
    FeatureDrift outputs = comparison == null ? null : comparison.outputs();
    set(metrics, Metric.OUTPUT_DRIFT_FEATURES, outputs, FeatureDrift::moved, model);
    set(metrics, Metric.OUTPUT_DRIFT_COMPARED, outputs, FeatureDrift::compared, model);
    set(metrics, Metric.OUTPUT_DRIFT_DISTANCE, outputs, FeatureDrift::distance, model);
    write(metrics, model, comparison == null ? null : comparison.importance());
  }

  private static void write(Metrics metrics, String model, @Nullable ShareMeasures shares) {
    Metric alike = Metric.IMPORTANCE_SIMILARITY;
    set(metrics, alike, shares, ShareMeasures::ndcg, model, "ndcg");
    set(metrics, alike, shares, ShareMeasures::spearman, model, "spearman");
    set(metrics, alike, shares, ShareMeasures::jaccard, model, "jaccard");
    set(metrics, alike, shares, ShareMeasures::cosine, model, "cosine");
    Metric apart = Metric.IMPORTANCE_DISTANCE;
    set(metrics, apart, shares, ShareMeasures::jensenShannon, model, "jensen-shannon");
    set(metrics, apart, shares, ShareMeasures::psi, model, "psi");
    set(metrics, apart, shares, ShareMeasures::logTotal, model, "log-total");
  }

  private static <T> void set(
      Metrics metrics,
      Metric metric,
      @Nullable T from,
      Function<T, @Nullable Number> value,
      String... tags) {
    metrics.setOrRemove(metric, from == null ? null : value.apply(from), tags);
  }
}
