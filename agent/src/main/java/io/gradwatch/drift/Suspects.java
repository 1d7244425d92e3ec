package io.gradwatch.drift;

import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.importance.ContributorRequest;
import io.gradwatch.importance.ContributorRequest.OfGroup;
import io.gradwatch.importance.ContributorRequest.Units;
import io.gradwatch.importance.ImportanceMethod;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The groups that a reading casts suspicion on. Pure functions. */
public final class Suspects {
  /** While nothing has moved yet there is always a foremost group, however little it says. */
  static final int FOREMOST = 3;

  /** Beyond them nobody reads on. */
  static final int MOST = 16;

  private Suspects() {}

  /**
   * The groups that moved, the largest share of the evidence first; with a {@link
   * DriftStatus#WARNING} the foremost three; none otherwise.
   */
  public static List<GroupDrift> of(DriftReading reading) {
    return switch (reading.status()) {
      case DRIFT -> first(reading, MOST, true);
      case WARNING -> first(reading, FOREMOST, false);
      default -> List.of();
    };
  }

  /**
   * What to find out in the next window: what contributes most to how the suspects moved. Of groups
   * that matter less than before, and in which no unit stands out, nothing in a window tells why;
   * they are asked for only where there are no others.
   *
   * @param reading the last one; null if there is none
   * @param method that the groups are scored by
   * @return null if nothing is under suspicion
   */
  public static @Nullable ContributorRequest request(
      @Nullable DriftReading reading, ImportanceMethod method) {
    List<GroupDrift> suspects = reading == null ? List.of() : of(reading);
    List<GroupDrift> telling = suspects.stream().filter(group -> !fellEvenly(group)).toList();
    List<OfGroup> asked =
        (telling.isEmpty() ? suspects : telling).stream().map(Suspects::asked).toList();
    return asked.isEmpty() ? null : new ContributorRequest(method, asked);
  }

  private static boolean fellEvenly(GroupDrift group) {
    GroupMove move = group.move();
    return move != null && move.direction() == Direction.DOWN && move.units().isEmpty();
  }

  private static OfGroup asked(GroupDrift group) {
    GroupMove move = group.move();
    List<UnitMove> units = move == null ? List.of() : move.units();
    return new OfGroup(
        group.name(),
        units.stream()
            .map(unit -> new Units(unit.from(), unit.to(), unit.share() - unit.normal()))
            .toList());
  }

  private static List<GroupDrift> first(DriftReading reading, int most, boolean moved) {
    return reading.groups().stream()
        .filter(group -> moved ? group.moved() : group.scored() && group.share() > 0)
        .sorted(Comparator.comparingDouble(GroupDrift::share).reversed())
        .limit(most)
        .toList();
  }
}
