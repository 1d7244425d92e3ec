package io.gradwatch.report.document;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.importance.ModelVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one model in a stretch of time.
 *
 * @param model the model's configured name
 * @param source where it was read, for instance the names of two topics or of a file
 * @param numbered whether times are made of window numbers, as those of a backtest are
 * @param from what was asked for; null for all that is there
 * @param to likewise
 * @param traffic readings in time's order
 * @param concept readings of the concept in time's order; none without labels
 * @param windows computed windows in time's order; none where only readings are known
 * @param attribution what was computed of the input features, in time's order
 * @param skipped windows that closed without importance, by reason
 * @param unreadable records that could not be read and are left out
 */
public record Observations(
    String model,
    String source,
    boolean numbered,
    @Nullable Instant from,
    @Nullable Instant to,
    List<DriftReading> traffic,
    List<DriftReading> concept,
    List<Window> windows,
    List<Attribution> attribution,
    SortedMap<String, Integer> skipped,
    int unreadable) {
  public Observations {
    traffic = List.copyOf(traffic);
    concept = List.copyOf(concept);
    windows = List.copyOf(windows);
    attribution = List.copyOf(attribution);
    skipped = new TreeMap<>(skipped);
  }

  /**
   * A computed window.
   *
   * @param start event time, milliseconds since 1970-01-01 UTC
   * @param version the model that was differentiated
   * @param parityError difference of the model's outputs and the served ones; null if none came
   * @param shares of the groups in the importance by the paging method, by group, 0 to 1
   */
  public record Window(
      long start, ModelVersion version, @Nullable Double parityError, Map<String, Double> shares) {
    public Window {
      shares = Map.copyOf(shares);
    }
  }

  /**
   * What the predictions of a window hung on.
   *
   * @param start event time of the window
   * @param shares of the input features, by name, 0 to 1; neighbours are summed up where there are
   *     more than 256
   */
  public record Attribution(long start, Map<String, Double> shares) {
    public Attribution {
      shares = Map.copyOf(shares);
    }
  }
}
