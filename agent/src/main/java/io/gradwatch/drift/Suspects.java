package io.gradwatch.drift;

import io.gradwatch.drift.DriftReading.GroupDrift;
import io.gradwatch.importance.ContributorRequest;
import io.gradwatch.importance.ImportanceMethod;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The groups that a reading casts suspicion on. Pure functions. */
public final class Suspects {
  /** While nothing has moved yet there is always a foremost group, however little it says. */
  private static final int FOREMOST = 3;

  /** Beyond them nobody reads on. */
  private static final int MOST = 16;

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
   * What to find out in the next window: what contributes most to the suspects. Of groups that
   * matter less than before nothing in a window tells why, so they are asked for only where there
   * are no others.
   *
   * @param reading the last one; null if there is none
   * @param method that the groups are scored by
   * @return null if nothing is under suspicion
   */
  public static @Nullable ContributorRequest request(
      @Nullable DriftReading reading, ImportanceMethod method) {
    List<GroupDrift> suspects = reading == null ? List.of() : of(reading);
    List<String> risen =
        suspects.stream().filter(group -> !fell(group)).map(GroupDrift::name).toList();
    List<String> names = risen.isEmpty() ? suspects.stream().map(GroupDrift::name).toList() : risen;
    return names.isEmpty() ? null : new ContributorRequest(method, names);
  }

  private static boolean fell(GroupDrift group) {
    GroupMove move = group.move();
    return move != null && move.direction() == Direction.DOWN;
  }

  private static List<GroupDrift> first(DriftReading reading, int most, boolean moved) {
    return reading.groups().stream()
        .filter(group -> moved ? group.moved() : group.scored() && group.share() > 0)
        .sorted(Comparator.comparingDouble(GroupDrift::share).reversed())
        .limit(most)
        .toList();
  }
}
