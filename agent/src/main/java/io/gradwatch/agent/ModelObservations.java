package io.gradwatch.agent;

import io.gradwatch.config.GradwatchConfig;
import io.gradwatch.config.ModelSettings;
import io.gradwatch.drift.DriftKind;
import io.gradwatch.drift.DriftReading;
import io.gradwatch.importance.ImportanceMethod;
import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ImportanceSnapshot.Value;
import io.gradwatch.report.document.Observations;
import io.gradwatch.report.document.Observations.Attribution;
import io.gradwatch.report.document.Observations.Window;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.topology.Topics;
import io.gradwatch.topology.WindowOutcome;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * What the drift and the importance topic hold of a model in a stretch of event time, for a report.
 * A window that was computed twice counts once, as it was computed last.
 *
 * <p>All readings are held in memory at once, a few KB each. Used once, by one thread.
 */
public final class ModelObservations {
  private static final String ATTRIBUTION = ImportanceMethod.ATTRIBUTION.label();

  private final ModelSettings model;
  private final @Nullable Instant from;
  private final @Nullable Instant to;
  private final TreeMap<Long, DriftReading> traffic = new TreeMap<>();
  private final TreeMap<Long, DriftReading> concept = new TreeMap<>();
  private final TreeMap<Long, Window> windows = new TreeMap<>();
  private final TreeMap<Long, Attribution> attribution = new TreeMap<>();
  private final TreeMap<Long, String> skipped = new TreeMap<>();
  private int unreadable;

  private ModelObservations(ModelSettings model, @Nullable Instant from, @Nullable Instant to) {
    this.model = model;
    this.from = from;
    this.to = to;
  }

  /**
   * Reads both topics up to their ends at the call, committed records only.
   *
   * @param from event time before which no window starts; null for the first one that is there
   * @param to event time after which no window ends; null for the last one that is there
   * @return without any reading where there is none
   * @throws StartException if a topic is not there or cannot be read
   */
  public static Observations read(
      GradwatchConfig config, ModelSettings model, @Nullable Instant from, @Nullable Instant to) {
    ModelObservations found = new ModelObservations(model, from, to);
    Topics topics = new Topics(config.topicPrefix());
    Map<String, Object> kafka = config.kafka().values();
    ModelRecords.forEach(kafka, topics.drift(), model.name(), (key, value) -> found.reading(value));
    ModelRecords.forEach(
        kafka, topics.importance(), model.name(), (key, value) -> found.outcome(value));
    return found.observations("topics %s and %s".formatted(topics.drift(), topics.importance()));
  }

  private Observations observations(String source) {
    TreeMap<String, Integer> reasons = new TreeMap<>();
    skipped.keySet().removeAll(windows.keySet());
    skipped.values().forEach(reason -> reasons.merge(reason, 1, Integer::sum));
    return new Observations(
        model.name(),
        source,
        false,
        from,
        to,
        List.copyOf(traffic.values()),
        List.copyOf(concept.values()),
        List.copyOf(windows.values()),
        List.copyOf(attribution.values()),
        reasons,
        unreadable);
  }

  private void reading(byte @Nullable [] value) {
    DriftReading reading = parse(DriftReading.class, value);
    if (reading != null && covers(reading.model(), reading.start(), reading.end())) {
      (reading.kind() == DriftKind.CONCEPT ? concept : traffic).put(reading.start(), reading);
    }
  }

  private void outcome(byte @Nullable [] value) {
    WindowOutcome outcome = parse(WindowOutcome.class, value);
    if (outcome == null || !covers(outcome.model(), outcome.start(), outcome.end())) {
      return;
    }
    ImportanceSnapshot snapshot = outcome.snapshot();
    String method = outcome.method();
    if (method == null && snapshot != null) {
      windows.put(outcome.start(), window(snapshot));
    } else if (method == null && outcome.skipped() != null) {
      skipped.put(outcome.start(), outcome.skipped());
    } else if (snapshot != null && ATTRIBUTION.equals(method)) {
      attribution.put(outcome.start(), attribution(snapshot));
    }
  }

  private <T> @Nullable T parse(Class<T> type, byte @Nullable [] value) {
    try (JsonSerde<T> serde = new JsonSerde<>(type)) {
      return value == null ? null : serde.deserializer().deserialize("", value);
    } catch (SerializationException e) {
      unreadable++;
      return null;
    }
  }

  /** Keys of other models can begin alike, so the value decides. */
  private boolean covers(String name, long start, long end) {
    return name.equals(model.name())
        && (from == null || start >= from.toEpochMilli())
        && (to == null || end <= to.toEpochMilli());
  }

  private Window window(ImportanceSnapshot snapshot) {
    Map<String, Double> shares = new HashMap<>();
    for (GroupImportance group : snapshot.groups()) {
      Value value = group.methods().get(model.drift().method().label());
      if (value != null) {
        shares.put(group.name(), value.share());
      }
    }
    return new Window(
        snapshot.start(),
        snapshot.version(),
        snapshot.parity() == null ? null : snapshot.parity().error(),
        shares);
  }

  /** The features of all inputs; neighbours that were summed up stay together. */
  private static Attribution attribution(ImportanceSnapshot snapshot) {
    Map<String, Double> shares = new HashMap<>();
    double total = 0;
    for (GroupImportance input : snapshot.groups()) {
      Value value = input.methods().get(ATTRIBUTION);
      List<Float> profile = value == null ? null : value.profile();
      for (int i = 0; profile != null && i < profile.size(); i++) {
        int first = first(i, profile.size(), input.units());
        int last = first(i + 1, profile.size(), input.units()) - 1;
        String places = first == last ? "" + first : first + "-" + last;
        shares.put(input.name() + "[" + places + "]", (double) profile.get(i));
        total += profile.get(i);
      }
    }
    double sum = total;
    shares.replaceAll((name, value) -> sum > 0 ? value / sum : 0);
    return new Attribution(snapshot.start(), shares);
  }

  /** The first unit of a bin: unit u of U belongs to bin floor(bins u / U). */
  private static int first(int bin, int bins, int units) {
    return (int) (((long) bin * units + bins - 1) / bins);
  }
}
