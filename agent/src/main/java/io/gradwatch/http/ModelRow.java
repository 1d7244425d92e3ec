package io.gradwatch.http;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the status page says of one model.
 *
 * @param model the model's configured name
 * @param version of the model that is watched
 * @param status in lower case, for instance {@code stable}
 * @param reason why the status is what it is, where that needs saying
 * @param evidence of drift over the limit of the false-alarm budget; 1 pages
 * @param windowEnd end of the newest window in event time
 * @param groups the groups that stand out, with their effects; the foremost first
 * @param details lines on where in the groups it is, and in which samples
 */
public record ModelRow(
    String model,
    String version,
    String status,
    @Nullable String reason,
    double evidence,
    Instant windowEnd,
    List<String> groups,
    List<String> details) {
  public ModelRow {
    groups = List.copyOf(groups);
    details = List.copyOf(details);
  }
}
