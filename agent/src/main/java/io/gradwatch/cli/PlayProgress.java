package io.gradwatch.cli;

import io.gradwatch.selftest.SelfTest;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/**
 * How far a self-test is: one line that the next one takes the place of where a person looks on,
 * else a line now and then.
 */
final class PlayProgress implements SelfTest.Progress {
  private static final long ON_SCREEN = Duration.ofMillis(200).toNanos();
  private static final long IN_LOG = Duration.ofSeconds(10).toNanos();

  private final PrintWriter err;
  private final int runs;
  private final boolean screen = Ansi.AUTO.enabled();
  private long last = System.nanoTime();

  PlayProgress(PrintWriter err, int runs) {
    this.err = err;
    this.runs = runs;
  }

  @Override
  public void at(int run, int windows, long atMost) {
    long now = System.nanoTime();
    if (now - last < (screen ? ON_SCREEN : IN_LOG)) {
      return;
    }
    last = now;
    String line =
        String.format(
            Locale.ROOT, "run %d of %d, %,d of at most %,d windows", run, runs, windows, atMost);
    err.print(screen ? "\r%-70s\r%s".formatted("", line) : line + System.lineSeparator());
    err.flush();
  }

  /** Leaves the screen as it was. */
  void end() {
    if (screen) {
      err.printf("\r%-70s\r", "");
      err.flush();
    }
  }
}
