package io.gradwatch.cli;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say of which stretch of event time past windows are taken. */
final class PeriodOptions {
  @Option(
      names = "--from",
      paramLabel = "INSTANT",
      description = "event time of the first window, for instance 2026-03-01T12:00:00Z")
  @Nullable Instant from;

  @Option(
      names = "--to",
      paramLabel = "INSTANT",
      description = "event time of the last window's end")
  @Nullable Instant to;

  /** Whether something less than all of it is asked for. */
  boolean isGiven() {
    return from != null || to != null;
  }
}
