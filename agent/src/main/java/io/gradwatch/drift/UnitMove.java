package io.gradwatch.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A unit whose share of its group's importance is another one than in the baseline; or neighbouring
 * ones, where the group has more than 256.
 *
 * <p>Of one window, so it has that window's noise: changes below {@value #SMALLEST} of the group
 * are not told. When one unit grows the shares of all others fall, without anything having happened
 * to them.
 *
 * @param from first unit, from 0
 * @param to last unit, inclusive
 * @param share of the group's importance in the window, 0 to 1
 * @param normal share in the baseline's mean profile
 */
public record UnitMove(int from, int to, double share, double normal) {
  private static final int MOST = 5;
  private static final double SMALLEST = 0.01;

  /**
   * The units whose shares changed most, the largest change first.
   *
   * @param profile of a window, one entry a unit or bin
   * @param normal the baseline's mean profile, to any scale; other units than {@code profile} or
   *     nothing on either side give none
   * @param units in the group
   */
  static List<UnitMove> of(float[] profile, double[] normal, int units) {
    double sum = IntStream.range(0, profile.length).mapToDouble(entry -> profile[entry]).sum();
    double normalSum = Arrays.stream(normal).sum();
    if (profile.length != normal.length || !(sum > 0 && normalSum > 0)) {
      return List.of();
    }
    List<UnitMove> moves = new ArrayList<>();
    for (int entry = 0; entry < profile.length; entry++) {
      UnitMove move =
          new UnitMove(
              first(entry, profile.length, units),
              first(entry + 1, profile.length, units) - 1,
              profile[entry] / sum,
              normal[entry] / normalSum);
      if (move.change() >= SMALLEST) {
        moves.add(move);
      }
    }
    return moves.stream()
        .sorted(Comparator.comparingDouble(UnitMove::change).reversed())
        .limit(MOST)
        .toList();
  }

  /** What the unit is called, or the neighbours: {@code 3} or {@code 3-5}, both inclusive. */
  public String name() {
    return name(from, to);
  }

  /**
   * What the units of an entry of a profile are called.
   *
   * @param entry from 0
   * @param entries in the profile, at most {@code units}
   */
  public static String nameOf(int entry, int entries, int units) {
    return name(first(entry, entries, units), first(entry + 1, entries, units) - 1);
  }

  private static String name(int from, int to) {
    return from == to ? Integer.toString(from) : from + "-" + to;
  }

  /** The first unit of an entry: unit u of U belongs to entry floor(entries u / U). */
  private static int first(int entry, int entries, int units) {
    return (int) (((long) entry * units + entries - 1) / entries);
  }

  private double change() {
    return Math.abs(share - normal);
  }
}
