package io.gradwatch.report.document;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.DriftStatus;
import io.gradwatch.drift.Suspects;
import io.gradwatch.importance.Contributors;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a report, and what they say.
 *
 * @param model the model's configured name
 * @param verdicts at least one, the most urgent first
 * @param figures every number that the report's sentences may say, by id
 * @param groups under suspicion, the largest share of the evidence first
 * @param concept groups that carry a drift of the concept, likewise
 * @param versions of the model, in time's order
 * @param status where the traffic stands at the end; null without a reading
 * @param reason why it is not calibrated; null if it is
 * @param labelled whether there are readings of the concept
 * @param farthest the input feature that moved most; null if none is known
 * @param contributors the newest samples and parameters that contributed most; null if none
 */
public record Findings(
    String model,
    List<Verdict> verdicts,
    Map<String, Figure> figures,
    List<GroupFinding> groups,
    List<GroupFinding> concept,
    List<String> versions,
    @Nullable DriftStatus status,
    @Nullable String reason,
    boolean labelled,
    @Nullable String farthest,
    @Nullable Contributors contributors) {
  /** Groups that are told of in sentences and pictures. */
  static final int GROUPS = 16;

  public Findings {
    verdicts = List.copyOf(verdicts);
    groups = List.copyOf(groups);
    concept = List.copyOf(concept);
    versions = List.copyOf(versions);
  }

  /** Of what was seen: a pure function. */
  public static Findings of(Observations seen) {
    return new Finder(seen).findings();
  }

  /**
   * A number by its id.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Figure figure(String id) {
    Figure figure = figures.get(id);
    if (figure == null) {
      throw new IllegalArgumentException("no figure " + id);
    }
    return figure;
  }

  /** Whether a number is known. */
  public boolean has(String id) {
    return figures.containsKey(id);
  }

  /** Whether something is the matter. */
  public boolean is(Verdict verdict) {
    return verdicts.contains(verdict);
  }

  /** Whether the traffic drifts at the end. */
  boolean drifts() {
    return verdicts.stream().anyMatch(Verdict::drifts);
  }

  /**
   * The groups that a reading casts suspicion on.
   *
   * @param prefix of the ids of their numbers
   */
  static List<GroupFinding> suspects(DriftReading reading, String prefix) {
    return Suspects.of(reading).stream()
        .sorted(Comparator.comparingDouble(GroupDrift::share).reversed())
        .limit(GROUPS)
        .map(group -> GroupFinding.of(group, prefix + group.name()))
        .toList();
  }
}
