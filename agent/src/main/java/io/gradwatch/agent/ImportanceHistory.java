package io.gradwatch.agent;

import io.gradwatch.importance.ImportanceSnapshot;
import io.gradwatch.importance.ImportanceSnapshot.GroupImportance;
import io.gradwatch.importance.ModelVersion;
import io.gradwatch.serde.JsonSerde;
import io.gradwatch.topology.Topics;
import io.gradwatch.topology.WindowOutcome;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * The past windows of one version of a model, as the importance topic has them: those that were
 * computed, without the periodic methods, up to the topic's end at the call.
 *
 * <p>All windows are held in memory at once; name the methods that are needed, because the profile
 * of each costs up to 5 KB a group and window. The counts of inputs and outputs cost up to 110 KB a
 * window.
 */
public final class ImportanceHistory {
  private static final int SHORTEST_DIGEST = 6;

  private final Map<String, Object> kafka;
  private final Topics topics;

  /**
   * The history that a broker holds.
   *
   * @param kafka properties of the client
   */
  public ImportanceHistory(Map<String, Object> kafka, Topics topics) {
    this.kafka = Map.copyOf(kafka);
    this.topics = topics;
  }

  /**
   * Which windows are wanted.
   *
   * @param model the model's configured name
   * @param version its name, its name with digits ({@code 1@ab12...}) or at least 6 digits of the
   *     SHA-256 of its file; null for the version of the newest window
   * @param from event time before which no window starts; null for the first one that is there
   * @param to event time after which no window ends; null for the last one that is there
   * @param methods labels of the methods to keep; empty keeps all
   */
  public record Query(
      String model,
      @Nullable String version,
      @Nullable Instant from,
      @Nullable Instant to,
      Set<String> methods) {
    public Query {
      methods = Set.copyOf(methods);
    }

    private boolean covers(WindowOutcome outcome) {
      return outcome.model().equals(model)
          && (from == null || outcome.start() >= from.toEpochMilli())
          && (to == null || outcome.end() <= to.toEpochMilli());
    }

    private boolean names(ModelVersion found) {
      return version == null
          || version.equals(found.name())
          || version.equals(found.toString())
          || (version.length() >= SHORTEST_DIGEST && found.sha256().startsWith(version));
    }

    private String text() {
      return "windows of model '%s'%s%s%s"
          .formatted(
              model,
              version == null ? "" : ", version " + version,
              from == null ? "" : ", from " + from,
              to == null ? "" : ", to " + to);
    }
  }

  /**
   * Reads the windows. One that was computed twice counts once, as it was computed last.
   *
   * @param progress told how many windows have been found so far, after each one
   * @return at least one, of one model file, in the order of their starts
   * @throws StartException if there are none, or the topic cannot be read
   */
  public List<ImportanceSnapshot> read(Query query, IntConsumer progress) {
    Map<String, NavigableMap<Long, ImportanceSnapshot>> byFile = new HashMap<>();
    int[] count = {0, 0};
    ModelRecords.forEach(
        kafka,
        topics.importance(),
        query.model(),
        (key, value) -> {
          ImportanceSnapshot snapshot = value == null ? null : wanted(value, query, count);
          if (snapshot != null) {
            byFile
                .computeIfAbsent(snapshot.version().sha256(), file -> new TreeMap<>())
                .put(snapshot.start(), snapshot);
            progress.accept(++count[0]);
          }
        });
    return byFile.values().stream()
        .max((a, b) -> Long.compare(a.lastKey(), b.lastKey()))
        .map(windows -> List.copyOf(windows.values()))
        .orElseThrow(() -> none(query, count[1]));
  }

  private static @Nullable ImportanceSnapshot wanted(byte[] value, Query query, int[] count) {
    WindowOutcome outcome;
    try (JsonSerde<WindowOutcome> serde = new JsonSerde<>(WindowOutcome.class)) {
      Deserializer<WindowOutcome> deserializer = serde.deserializer();
      outcome = deserializer.deserialize("", value);
    } catch (SerializationException e) {
      count[1]++;
      return null;
    }
    ImportanceSnapshot snapshot = outcome.snapshot();
    return snapshot != null
            && outcome.method() == null
            && query.covers(outcome)
            && query.names(snapshot.version())
        ? kept(snapshot, query.methods())
        : null;
  }

  private static ImportanceSnapshot kept(ImportanceSnapshot snapshot, Set<String> methods) {
    if (methods.isEmpty()) {
      return snapshot;
    }
    return snapshot
        .withGroups(
            snapshot.groups().stream()
                .map(
                    group ->
                        new GroupImportance(
                            group.name(),
                            group.parameters(),
                            group.units(),
                            group.methods().entrySet().stream()
                                .filter(method -> methods.contains(method.getKey()))
                                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue))))
                .toList())
        .withTraffic(snapshot.traffic());
  }

  private StartException none(Query query, int unreadable) {
    return new StartException(
        "topic %s holds no computed %s%s; let the agent run, or widen the range"
            .formatted(
                topics.importance(),
                query.text(),
                unreadable == 0 ? "" : " (%d records could not be read)".formatted(unreadable)));
  }
}
