package io.gradwatch.cli;

import io.gradwatch.drift.BaselineCatalogue;
import io.gradwatch.drift.DriftSettings;
import io.gradwatch.drift.StoredBaseline;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A baseline in a list.
 *
 * @param id identifies it
 * @param model the model's configured name
 * @param version its name and the first digits of its file's SHA-256
 * @param origin live, history, file or import
 * @param windows that it is made of
 * @param start event time at which its first window starts
 * @param end event time at which its last window ends
 * @param created when it was made
 * @param by who made it
 * @param note null if nothing was said
 * @param active whether windows are compared with it
 * @param pinned whether the agent must not replace it
 * @param shortcoming why it cannot carry the budget under the model's settings; null if it can
 */
record BaselineRow(
    String id,
    String model,
    String version,
    String origin,
    int windows,
    String start,
    String end,
    String created,
    String by,
    @Nullable String note,
    boolean active,
    boolean pinned,
    @Nullable String shortcoming) {
  private static final String FORMAT = "%-12s  %-7s  %7s  %-35s  %-16s  %-8s  %s";

  static List<BaselineRow> of(BaselineCatalogue catalogue, DriftSettings settings) {
    String active = catalogue.active().map(StoredBaseline::id).orElse("");
    return catalogue.baselines().stream()
        .map(stored -> of(stored, stored.id().equals(active), catalogue.pinned(), settings))
        .toList();
  }

  private static BaselineRow of(
      StoredBaseline stored, boolean active, boolean pinned, DriftSettings settings) {
    return new BaselineRow(
        stored.id(),
        stored.model(),
        stored.version().toString(),
        stored.origin().name().toLowerCase(Locale.ROOT),
        stored.baseline().windows(),
        Instant.ofEpochMilli(stored.baseline().start()).toString(),
        Instant.ofEpochMilli(stored.baseline().end()).toString(),
        Instant.ofEpochMilli(stored.createdAt()).toString(),
        stored.by(),
        stored.note(),
        active,
        active && pinned,
        stored.baseline().shortcoming(settings));
  }

  static String head() {
    return FORMAT.formatted("ID", "ORIGIN", "WINDOWS", "SPAN", "CREATED", "STATE", "SHORTCOMING");
  }

  String line() {
    return FORMAT
        .formatted(
            id,
            origin,
            windows,
            minutes(start) + ".." + minutes(end),
            minutes(created),
            pinned ? "pinned" : active ? "active" : "-",
            shortcoming == null ? "-" : shortcoming)
        .strip();
  }

  /** Nobody tells baselines apart by their seconds. */
  private static String minutes(String instant) {
    return instant.length() < 16 ? instant : instant.substring(0, 16);
  }
}
