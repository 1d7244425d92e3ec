package io.gradwatch.drift;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which windows are normal in the same way, where traffic repeats itself: those of one hour of the
 * day or of the week.
 *
 * <p>Scores are taken from the mean of the baseline's windows of the same slot, so that what every
 * night looks like takes nothing from the deadband. Why not always: each slot's mean has an error
 * of its own, which every later window of that slot meets again, so the deadband must cover it; and
 * the baseline must have seen each slot on two days or weeks at least. Without it, the swing itself
 * widens the deadband, which costs nothing where there is none.
 *
 * <p>It is blind to what repeats itself otherwise (months, holidays): that is drift to it.
 *
 * @param repeat how a slot is told
 * @param timeZone by whose clock, for instance Europe/Berlin; matters where clocks are changed
 */
public record Seasonality(Repeat repeat, String timeZone) {
  /** All windows are alike. */
  public static final Seasonality NONE = new Seasonality(Repeat.NONE, "UTC");

  /** Windows of a slot below which nothing can be said of it. */
  private static final int FEWEST = 4;

  private static final int HOURS = 24;
  private static final int DAYS = 7;

  /** How a slot is told. */
  public enum Repeat {
    NONE(1, Duration.ZERO),
    HOUR_OF_DAY(HOURS, Duration.ofDays(1)),
    HOUR_OF_WEEK(DAYS * HOURS, Duration.ofDays(DAYS));

    private final int count;
    private final Duration period;

    Repeat(int count, Duration period) {
      this.count = count;
      this.period = period;
    }

    /** Its name in a configuration. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public Seasonality {
    try {
      ZoneId.of(timeZone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "time-zone is '%s', must be a name such as UTC or Europe/Berlin".formatted(timeZone), e);
    }
  }

  /** Those of the windows whose slots have enough of them. */
  List<WindowContributions> known(List<WindowContributions> windows) {
    if (repeat == Repeat.NONE) {
      return windows;
    }
    Map<Integer, Long> sizes =
        windows.stream()
            .collect(Collectors.groupingBy(window -> slot(window.start()), Collectors.counting()));
    return windows.stream()
        .filter(window -> sizes.getOrDefault(slot(window.start()), 0L) >= FEWEST)
        .toList();
  }

  /** Number of slots; 1 where all windows are alike. */
  int count() {
    return repeat.count;
  }

  /**
   * Event time that a baseline must cover to have seen each slot on two days or weeks, and with
   * windows enough.
   */
  Duration span(Duration window) {
    long inOne = Math.max(1, Duration.ofHours(1).dividedBy(window));
    return repeat.period.multipliedBy(Math.max(2, (FEWEST + inOne - 1) / inOne));
  }

  /** The slot of a window, 0 to below {@link #count}; the week starts on Monday. */
  int slot(long start) {
    if (repeat == Repeat.NONE) {
      return 0;
    }
    ZonedDateTime time = Instant.ofEpochMilli(start).atZone(ZoneId.of(timeZone));
    return repeat == Repeat.HOUR_OF_DAY
        ? time.getHour()
        : HOURS * (time.getDayOfWeek().getValue() - 1) + time.getHour();
  }

  /** In the words of the configuration. */
  @Override
  public String toString() {
    return repeat == Repeat.NONE ? repeat.label() : repeat.label() + " " + timeZone;
  }

  /** A slot in words, for instance {@code Mon 03:00 Europe/Berlin}. */
  String name(int slot) {
    String day =
        repeat == Repeat.HOUR_OF_WEEK
            ? DayOfWeek.of(slot / HOURS + 1).getDisplayName(TextStyle.SHORT, Locale.ENGLISH) + " "
            : "";
    return "%s%02d:00 %s".formatted(day, slot % HOURS, timeZone);
  }
}
