package io.gradwatch.report;

import static java.util.Comparator.comparing;

import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.importance.Parity;
import io.gradwatch.metrics.Metric;
import io.gradwatch.metrics.Metrics;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes outcomes and readings into the metrics, with a bounded number of series a model.
 *
 * <p>A model's groups of largest importance have series of their own; the rest is the group {@code
 * other}, which has what can be summed up: shares, and the largest evidence. The choice is made
 * once a version, so that series do not come and go; only a group that carries a drift takes the
 * place of the least important one.
 *
 * <p>At the start of a task the last reading is restored by {@link #read}; when the task or the
 * model goes, {@link #forget} removes the series. Thread-safe.
 */
public final class ModelReport {
  /** Under which the choice of input features is kept: no method has this name. */
  private static final String FEATURES = "features";

  private final Metrics metrics;
  private final int seriesLimit;
  private final Map<String, Choice> choices = new HashMap<>();
  private final Map<String, DriftReading> readings = new TreeMap<>();
  private final Map<String, DriftReading> concepts = new TreeMap<>();
  private final ReadingHistory history = new ReadingHistory();

  /** Of methods whose groups are not the model's parameters, by model and method. */
  private final Map<String, Map<String, ShownGroups>> ownGroups = new HashMap<>();

  /**
   * @param seriesLimit groups a model that have series of their own, at least 1
   */
  public ModelReport(Metrics metrics, int seriesLimit) {
    if (seriesLimit < 1) {
      throw new IllegalArgumentException("series-limit is " + seriesLimit + ", must be at least 1");
    }
    this.metrics = metrics;
    this.seriesLimit = seriesLimit;
  }

  /**
   * Writes the importance of a window.
   *
   * @param finished the wall-clock time at which it was finished
   */
  public synchronized void computed(ImportanceSnapshot snapshot, Instant finished) {
    String model = snapshot.model();
    Choice choice = choices.get(model);
    if (choice == null || !choice.covers(snapshot.version(), true)) {
      choice = choose(model, snapshot.version(), true, ImportanceSeries.weights(snapshot));
    }
    metrics.add(Metric.WINDOWS_DONE, 1, model);
    metrics.record(Metric.IMPORTANCE_COMPUTE, snapshot.seconds(), model);
    metrics.set(Metric.LAST_WINDOW_FINISHED_TIMESTAMP, finished.toEpochMilli() / 1000.0, model);
    ImportanceSeries.write(metrics, snapshot, choice.groups());
    write(model, snapshot.parity());
  }

  private void write(String model, @Nullable Parity parity) {
    metrics.setOrRemove(Metric.PARITY_ERROR, parity == null ? null : parity.error(), model);
    metrics.setOrRemove(Metric.PARITY_SAMPLES, parity == null ? null : parity.samples(), model);
    metrics.setOrRemove(Metric.PARITY_UNLIKE, parity == null ? null : parity.unlike(), model);
  }

  /**
   * Writes the importance by a periodic method, whose series keep their values until it is computed
   * again. A method with groups of its own, for instance of input features, has its own choice of
   * them, as large as the model's.
   *
   * @param snapshot of this method only
   */
  public synchronized void periodic(ImportanceSnapshot snapshot, String method) {
    if (method.equals(AttributionSeries.METHOD)) {
      attributed(snapshot);
    }
    Choice choice = choices.get(snapshot.model());
    Map<String, Double> weights = ImportanceSeries.weights(snapshot);
    if (choice != null && !Collections.disjoint(choice.groups().names(), weights.keySet())) {
      ImportanceSeries.write(metrics, snapshot, choice.groups());
    } else {
      ImportanceSeries.write(metrics, snapshot, own(snapshot.model(), method, weights));
    }
  }

  private void attributed(ImportanceSnapshot snapshot) {
    String model = snapshot.model();
    Map<String, Double> shares = AttributionSeries.shares(snapshot);
    if (!shares.isEmpty()) {
      AttributionSeries.write(metrics, model, shares, own(model, FEATURES, shares));
    }
  }

  private ShownGroups own(String model, String what, Map<String, Double> weights) {
    return ownGroups
        .computeIfAbsent(model, name -> new HashMap<>())
        .computeIfAbsent(what, name -> ShownGroups.heaviest(weights, seriesLimit));
  }

  /** Writes what a window says about drift. Also restores the last reading after a restart. */
  public synchronized void read(DriftReading reading) {
    history.add(reading);
    String model = reading.model();
    Choice choice = choices.get(model);
    if (choice == null || !choice.covers(reading.version(), false)) {
      choice = choose(model, reading.version(), false, DriftSeries.weights(reading));
    }
    if (reading.kind() == DriftKind.CONCEPT) {
      ConceptSeries.write(metrics, reading, choice.groups());
      concepts.put(model, reading);
      return;
    }
    metrics.set(Metric.LAST_WINDOW_END_TIMESTAMP, reading.end() / 1000.0, model);
    metrics.set(Metric.LAST_WINDOW_SPAN, (reading.end() - reading.start()) / 1000.0, model);
    ShownGroups shown = withMoved(choice, reading);
    DriftSeries.write(metrics, reading, shown);
    UnitSeries.write(metrics, readings.get(model), reading, shown);
    SkewSeries.write(metrics, model, reading.skew(), shown);
    ComparisonSeries.write(metrics, model, reading.comparison());
    readings.put(model, reading);
  }

  /**
   * Counts a window that closed without importance.
   *
   * @param reason for instance {@code too-few}
   */
  public synchronized void skipped(String model, String reason) {
    metrics.add(Metric.WINDOWS_SKIPPED, 1, model, reason);
    // So that the fraction of skipped windows exists where all of them are.
    metrics.add(Metric.WINDOWS_DONE, 0, model);
  }

  /** Removes all series of a model but its counters, which outlive it as counters do. */
  public synchronized void forget(String model) {
    choices.remove(model);
    ownGroups.remove(model);
    readings.remove(model);
    concepts.remove(model);
    ImportanceSeries.remove(metrics, model);
    ConceptSeries.remove(metrics, model);
    SkewSeries.remove(metrics, model);
    DriftSeries.remove(metrics, model);
    UnitSeries.remove(metrics, model);
    metrics.remove(Metric.ATTRIBUTION_SHARE, model);
    ComparisonSeries.write(metrics, model, null);
    write(model, null);
    metrics.remove(Metric.MODEL_INFO, model);
    metrics.remove(Metric.GROUPS_TRUNCATED, model);
    metrics.remove(Metric.LAST_WINDOW_END_TIMESTAMP, model);
    metrics.remove(Metric.LAST_WINDOW_SPAN, model);
    metrics.remove(Metric.LAST_WINDOW_FINISHED_TIMESTAMP, model);
    metrics.remove(Metric.WINDOWS_PENDING, model);
    metrics.remove(Metric.WATERMARK_TIMESTAMP, model);
  }

  /** The readings so far; outlives {@link #forget}, as the model may come back. */
  public ReadingHistory history() {
    return history;
  }

  /** The last reading of each model, by name; that of its concept, if any, behind it. */
  public synchronized List<DriftReading> readings() {
    return Stream.of(readings, concepts)
        .flatMap(all -> all.values().stream())
        .sorted(comparing(DriftReading::model).thenComparing(DriftReading::kind))
        .toList();
  }

  private Choice choose(
      String model, ModelVersion version, boolean byImportance, Map<String, Double> weights) {
    ImportanceSeries.remove(metrics, model);
    ownGroups.remove(model);
    concepts.remove(model);
    ConceptSeries.remove(metrics, model);
    SkewSeries.remove(metrics, model);
    DriftSeries.removeGroups(metrics, model);
    UnitSeries.remove(metrics, model);
    metrics.remove(Metric.ATTRIBUTION_SHARE, model);
    metrics.remove(Metric.MODEL_INFO, model);
    metrics.state(Metric.MODEL_INFO, model, version.toString());
    ShownGroups groups = ShownGroups.heaviest(weights, seriesLimit);
    metrics.set(Metric.GROUPS_TRUNCATED, groups.truncated(), model);
    Choice choice = new Choice(version, byImportance, groups);
    choices.put(model, choice);
    return choice;
  }

  private ShownGroups withMoved(Choice choice, DriftReading reading) {
    List<String> moved = Alert.moved(reading).stream().map(GroupDrift::name).toList();
    ShownGroups groups = choice.groups().with(moved);
    for (String name : choice.groups().names()) {
      if (!groups.contains(name)) {
        ImportanceSeries.remove(metrics, reading.model(), name);
        DriftSeries.removeGroups(metrics, reading.model(), name);
      }
    }
    choices.put(reading.model(), new Choice(choice.version(), choice.byImportance(), groups));
    return groups;
  }

  /**
   * @param byImportance whether a snapshot was at hand; a choice by evidence is made anew with the
   *     first one
   */
  private record Choice(ModelVersion version, boolean byImportance, ShownGroups groups) {
    boolean covers(ModelVersion now, boolean importanceAtHand) {
      return version.equals(now) && (byImportance || !importanceAtHand);
    }
  }
}
