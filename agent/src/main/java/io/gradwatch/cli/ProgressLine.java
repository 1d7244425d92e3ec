package io.gradwatch.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far long work is, on standard error: a bar that is drawn anew in its place where a person
 * looks on, else a line now and then.
 *
 * <p>The start script says whether standard error is a terminal; {@code NO_COLOR} and a terminal
 * that is {@code dumb} leave the bar out. Confined to one thread.
 */
final class ProgressLine implements AutoCloseable {
  private static final int BAR = 20;
  private static final int WIDTH = 79;
  private static final double ON_SCREEN = 0.1;
  private static final double IN_LOG = 10;

  private final PrintWriter err;
  private final String unit;
  private final boolean screen;
  private final LongSupplier nanoTime;
  private final long begin;
  private double last;
  private double limit = Double.POSITIVE_INFINITY;
  private double firstSeconds;
  private long firstDone = -1;
  private double lastSeconds;
  private long lastDone;
  private long lastAll;
  private boolean drawn;

  /**
   * Starts the clock.
   *
   * @param unit what is counted, in the plural
   */
  ProgressLine(PrintWriter err, String unit) {
    this(err, unit, Boolean.getBoolean("gradwatch.screen"), System::nanoTime);
  }

  ProgressLine(PrintWriter err, String unit, boolean screen, LongSupplier nanoTime) {
    this.err = err;
    this.unit = unit;
    this.screen = screen;
    this.nanoTime = nanoTime;
    this.begin = nanoTime.getAsLong();
  }

  /** After each unit of work, of as many in all; 0 where nobody knows how many. */
  void at(long done, long all) {
    at("", done, all);
  }

  /** The same, with what is being worked on. */
  void at(String what, long done, long all) {
    double seconds = seconds();
    if (firstDone < 0) {
      // What came before the first unit, such as loading the model, says nothing of the others.
      firstDone = done;
      firstSeconds = seconds;
    }
    lastSeconds = seconds;
    lastDone = done;
    lastAll = all;
    if (isDue(seconds)) {
      draw(what, seconds);
    }
  }

  /** Within work that ends after some seconds at the latest, whatever is left of it then. */
  void within(String what, double limit) {
    this.limit = limit;
    double seconds = seconds();
    if (!isDue(seconds)) {
      return;
    }
    if (firstDone >= 0 && lastDone > firstDone) {
      draw(what, seconds);
    } else {
      String line = "%s: %s of at most %s";
      draw(
          seconds / limit,
          line.formatted(what, clock(Math.round(seconds)), clock(Math.round(limit))));
    }
  }

  private void draw(String what, double seconds) {
    double part = lastAll > 0 ? (double) lastDone / lastAll : -1;
    draw(Double.isFinite(limit) ? Math.max(part, seconds / limit) : part, text(what, seconds));
  }

  private double seconds() {
    return (nanoTime.getAsLong() - begin) / 1e9;
  }

  private boolean isDue(double seconds) {
    if (seconds - last < (screen ? ON_SCREEN : IN_LOG)) {
      return false;
    }
    last = seconds;
    return true;
  }

  /** With a bar for a fraction of 0 or more. */
  private void draw(double fraction, String line) {
    if (screen) {
      err.print("\r" + padded((fraction < 0 ? "" : bar(fraction)) + line));
      drawn = true;
    } else {
      err.println(line);
    }
    err.flush();
  }

  /** A line of its own, which stays. */
  void say(String format, Object... arguments) {
    clear();
    err.printf(format + "%n", arguments);
    err.flush();
  }

  /** Takes the bar away, so that something else can be printed; the next step draws it again. */
  void clear() {
    if (drawn) {
      err.print("\r" + padded("") + "\r");
      err.flush();
      drawn = false;
    }
  }

  /** Leaves the screen as it was. */
  @Override
  public void close() {
    clear();
  }

  private String text(String what, double seconds) {
    StringBuilder line = new StringBuilder(what.isEmpty() ? "" : what + ": ");
    line.append(String.format(Locale.ROOT, "%,d", lastDone));
    line.append(lastAll > 0 ? String.format(Locale.ROOT, " of %,d ", lastAll) : " ").append(unit);
    if (lastDone > firstDone) {
      double rate = (lastDone - firstDone) / (lastSeconds - firstSeconds);
      line.append(
          rate >= 1
              ? String.format(Locale.ROOT, ", %,.0f/s", rate)
              : String.format(Locale.ROOT, ", %.1f/min", 60 * rate));
      double left = lastAll > 0 ? (lastAll - lastDone) / rate : Double.POSITIVE_INFINITY;
      double toGo = Math.min(left, limit - seconds);
      if (Double.isFinite(toGo)) {
        line.append(", ").append(clock(Math.round(Math.max(0, toGo)))).append(" to go");
      }
    }
    return line.toString();
  }

  private static String bar(double fraction) {
    int full = (int) Math.min(BAR, BAR * fraction);
    return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "] ";
  }

  /** {@code 0:07}, {@code 12:30}, {@code 2:05:00}. */
  static String clock(long seconds) {
    return seconds < 3600
        ? "%d:%02d".formatted(seconds / 60, seconds % 60)
        : "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  private static String padded(String line) {
    return line.length() > WIDTH
        ? line.substring(0, WIDTH)
        : line + " ".repeat(WIDTH - line.length());
  }
}
