package io.gradwatch.report;

import io.gradwatch.drift.DriftReading;
import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.drift.GroupMove;
import io.gradwatch.drift.Suspects;
import io.gradwatch.drift.UnitMove;
import io.gradwatch.importance.Contributors;
import io.gradwatch.importance.Contributors.TopParameter;
import io.gradwatch.importance.Contributors.TopSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lines for people on where in the groups under suspicion the importance went, and in which samples
 * it is.
 */
public final class SuspectLines {
  private static final int GROUPS = 3;
  private static final int UNITS = 3;
  private static final int SAMPLES = 3;

  private SuspectLines() {}

  /** Whether a status of suspicion, or the first samples of one, came with this reading. */
  public static boolean areNew(@Nullable DriftReading previous, DriftReading reading) {
    return previous == null
        || previous.status() != reading.status()
        || (previous.contributors() == null) != (reading.contributors() == null);
  }

  /** None while nothing is under suspicion. */
  public static List<String> of(DriftReading reading) {
    List<String> lines = new ArrayList<>();
    List<GroupDrift> suspects = Suspects.of(reading);
    suspects.stream()
        .limit(GROUPS)
        .filter(group -> group.move() != null && !group.move().units().isEmpty())
        .forEach(group -> lines.add(units(group)));
    Contributors found = suspects.isEmpty() ? null : reading.contributors();
    if (found != null && !found.parameters().isEmpty()) {
      lines.add("top parameters: " + parameters(found));
    }
    if (found != null) {
      found.samples().stream()
          .limit(SAMPLES)
          .forEach(sample -> lines.add("top sample: " + sample(sample)));
    }
    return lines;
  }

  private static String units(GroupDrift group) {
    GroupMove move = group.move();
    List<UnitMove> units = move == null ? List.of() : move.units();
    return group.name()
        + " units: "
        + units.stream().limit(UNITS).map(SuspectLines::unit).collect(Collectors.joining(", "));
  }

  /** For instance {@code 3 5%->21%}: unit 3 had 5 % of its group and has 21 %. */
  private static String unit(UnitMove unit) {
    String name = unit.name();
    return String.format(
        Locale.ROOT, "%s %.0f%%->%.0f%%", name, 100 * unit.normal(), 100 * unit.share());
  }

  /** The foremost of each group, for instance {@code fc1.weight[3, 7] 2.1%}. */
  private static String parameters(Contributors found) {
    List<String> first = new ArrayList<>();
    String group = null;
    for (TopParameter parameter : found.parameters()) {
      if (!parameter.group().equals(group) && first.size() < GROUPS) {
        first.add(
            String.format(
                Locale.ROOT,
                "%s%s %.1f%%",
                parameter.tensor(),
                parameter.position(),
                100 * parameter.share()));
      }
      group = parameter.group();
    }
    return String.join(", ", first);
  }

  /** For instance {@code requests-0@4711 (id 17) 3.2%}. */
  private static String sample(TopSample sample) {
    String where = sample.reference() == null ? "" : sample.reference().text();
    String id = sample.id() == null ? "" : "(id " + sample.id().replaceAll("\\p{Cntrl}", "?") + ")";
    String name = (where + " " + id).strip();
    return String.format(
        Locale.ROOT, "%s %.1f%%", name.isEmpty() ? "unknown" : name, 100 * sample.share());
  }
}
