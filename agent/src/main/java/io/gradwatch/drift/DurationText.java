package io.gradwatch.drift;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as they stand in a configuration: a whole number and one of s, m, h, d, w. */
final class DurationText {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})([smhdw])");

  private DurationText() {}

  /**
   * Reads {@code 30s}, {@code 5m}, {@code 12h}, {@code 90d} or {@code 2w}.
   *
   * @throws IllegalArgumentException if the text has another form or the duration is zero
   */
  static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw new IllegalArgumentException(
          "'%s' is no duration; write a whole number above 0 and one of s, m, h, d, w, such as 90d"
              .formatted(text));
    }
    return Duration.ofSeconds(Long.parseLong(matcher.group(1)) * seconds(matcher.group(2)));
  }

  /** Writes a duration in the largest of d, h, m, s that divides it; parts of a second are cut. */
  static String format(Duration duration) {
    long seconds = duration.toSeconds();
    for (String unit : new String[] {"d", "h", "m"}) {
      if (seconds >= seconds(unit) && seconds % seconds(unit) == 0) {
        return seconds / seconds(unit) + unit;
      }
    }
    return seconds + "s";
  }

  private static long seconds(String unit) {
    return switch (unit) {
      case "s" -> 1;
      case "m" -> 60;
      case "h" -> 3_600;
      case "d" -> 86_400;
      default -> 604_800;
    };
  }
}
