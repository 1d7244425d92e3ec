package io.gradwatch.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whole numbers with a unit, as in {@code 5m} or {@code 64MiB}.
 *
 * @param units from the smallest to the largest
 * @param pattern what {@link #parse} takes
 */
record Units(List<Unit> units, String pattern) {
  /** Times, in milliseconds. */
  static final Units TIME =
      of(
          new Unit("ms", 1),
          new Unit("s", 1_000),
          new Unit("m", 60_000),
          new Unit("h", 3_600_000),
          new Unit("d", 86_400_000));

  /** Sizes, in bytes. */
  static final Units SIZE =
      of(
          new Unit("B", 1),
          new Unit("KiB", 1L << 10),
          new Unit("MiB", 1L << 20),
          new Unit("GiB", 1L << 30));

  record Unit(String name, long factor) {}

  private static Units of(Unit... units) {
    List<Unit> all = List.of(units);
    String names = all.stream().map(Unit::name).collect(Collectors.joining("|"));
    return new Units(all, "[0-9]{1,9}(" + names + ")");
  }

  /**
   * Reads a quantity.
   *
   * @throws IllegalArgumentException if the text does not match {@link #pattern}
   */
  long parse(String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' does not match " + pattern);
    }
    long count = Long.parseLong(text.substring(0, matcher.start(1)));
    return units.stream()
        .filter(unit -> unit.name.equals(matcher.group(1)))
        .mapToLong(unit -> count * unit.factor)
        .sum();
  }
}
